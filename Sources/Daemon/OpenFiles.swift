import Glibc

/// How many files and connections the process may have open, and who gets how many of them.
///
/// What the shares leave is for the database, the command line and the last gasp, so that no crowd
/// at the doors and no storm of pages takes the last one.
struct OpenFiles {
    let count: Int

    /// Connections from the network; who comes beyond them takes the place of the longest silent.
    var forVisitors: Int { max(1, count / 8) }

    /// Connections to receivers at one time; what more is to leave waits for its turn.
    var forReceivers: Int { max(1, count / 4) }

    /// More than every limit of ours together.
    private static let wanted: rlim_t = 65_536
    private static var resource: __rlimit_resource_t {
        __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    }

    /// As many as are wanted, or as the system lets it have: the usual 1,024 would leave the doors
    /// less than their own limit.
    static func raise() {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < wanted else { return }
        limit.rlim_cur = min(wanted, limit.rlim_max)
        setrlimit(resource, &limit)
    }

    /// What holds now.
    static var inForce: OpenFiles {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return OpenFiles(count: 1_024) }
        return OpenFiles(count: Int(clamping: limit.rlim_cur))
    }
}
