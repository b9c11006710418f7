import Glibc

/// How many files and connections the process may have open.
enum OpenFiles {
    /// More than every limit of ours together.
    private static let wanted: rlim_t = 16_384

    /// As many as are wanted, or as the system lets it have: the usual 1,024 would run out before
    /// the doors' own limit is met, and then nobody could come in.
    static func raise() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0,
            limit.rlim_cur < wanted
        else { return }
        limit.rlim_cur = min(wanted, limit.rlim_max)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
