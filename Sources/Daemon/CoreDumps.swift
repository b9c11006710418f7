import Glibc

/// What the system would keep of a process that dies: its memory, with every secret in it.
enum CoreDumps {
    /// From here on there are none, whatever the shell that started it allows.
    static func forbid() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    }
}
