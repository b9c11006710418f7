import Foundation

/// What the daemon did to its database, as `disk.c` wrote it down.
struct DiskTrace {
    enum Step {
        case write(at: Int, bytes: Data)
        case truncate(to: Int)
        case sync
        case unlink
    }

    /// The step, the file that it met, and where its record ends in the trace.
    var steps: [(step: Step, file: Int, end: Int)] = []

    /// 1 the database, 2 its log.
    static let names = [1: "tocsin.db", 2: "tocsin.db-wal", 3: "tocsin.db-journal"]

    init(_ bytes: Data) {
        func number(_ at: Int, _ count: Int) -> Int {
            bytes[at..<at + count].enumerated().reduce(0) {
                $0 | Int($1.element) << ($1.offset * 8)
            }
        }
        var at = bytes.startIndex
        while at + 24 <= bytes.endIndex {
            let (kind, file) = (number(at, 4), number(at + 4, 4))
            let (offset, length) = (number(at + 8, 8), number(at + 16, 8))
            at += 24
            let step: Step
            switch kind {
            case 1:
                guard at + length <= bytes.endIndex else { return }
                step = .write(at: offset, bytes: bytes[at..<at + length])
                at += length
            case 2: step = .truncate(to: offset)
            case 3: step = .sync
            default: step = .unlink
            }
            steps.append((step, file, at))
        }
    }
}

/// The files as a power failure may leave them: what was synced stands, of the rest any part does.
struct CrashImage {
    /// What is on the disk for sure, by file.
    private var durable: [Int: Data] = [:]
    private var waiting: [Int: [DiskTrace.Step]] = [:]

    /// One more step that the daemon took before the power failed.
    mutating func take(_ step: DiskTrace.Step, _ file: Int) {
        switch step {
        case .sync:
            for one in waiting[file] ?? [] { Self.apply(one, to: &durable[file, default: Data()]) }
            waiting[file] = []
        case .unlink:
            durable[file] = nil
            waiting[file] = []
        case .write, .truncate: waiting[file, default: []].append(step)
        }
    }

    /// One image; which unsynced writes it has, and which are torn, is the dice's.
    func files(_ random: inout Dice) -> [String: Data] {
        var files: [String: Data] = [:]
        let mood = random.next() % 5
        for (file, name) in DiskTrace.names {
            var content = durable[file]
            let steps = waiting[file] ?? []
            let prefix = steps.isEmpty ? 0 : Int(random.next() % UInt64(steps.count + 1))
            for (index, step) in steps.enumerated() {
                switch mood {
                case 0: continue  // Nothing reached the disk.
                case 1: break  // Everything did.
                case 2: if index >= prefix { continue }  // In order, up to some point.
                default: if random.next() % 2 == 0 { continue }  // In any order.
                }
                let isTorn = mood == 4 && random.next() % 3 == 0
                Self.apply(isTorn ? Self.torn(step, &random) : step, to: &content)
            }
            if let content { files[name] = content }
        }
        return files
    }

    /// Whole sectors of a write, from its beginning or to its end.
    private static func torn(_ step: DiskTrace.Step, _ random: inout Dice) -> DiskTrace.Step {
        guard case .write(let at, let bytes) = step, bytes.count > 1 else { return step }
        let sectors = max(1, bytes.count / 512)
        let cut = min(bytes.count, (1 + Int(random.next() % UInt64(sectors))) * 512)
        return random.next() % 2 == 0
            ? .write(at: at, bytes: Data(bytes.prefix(cut)))
            : .write(at: at + bytes.count - cut, bytes: Data(bytes.suffix(cut)))
    }

    private static func apply(_ step: DiskTrace.Step, to content: inout Data?) {
        var bytes = content ?? Data()
        apply(step, to: &bytes)
        content = bytes
    }

    private static func apply(_ step: DiskTrace.Step, to content: inout Data) {
        switch step {
        case .write(let at, let bytes):
            if content.count < at + bytes.count {
                content.append(Data(count: at + bytes.count - content.count))
            }
            content.replaceSubrange(at..<at + bytes.count, with: bytes)
        case .truncate(let size):
            if size <= content.count {
                content = Data(content.prefix(size))
            } else {
                content.append(Data(count: size - content.count))
            }
        case .sync, .unlink: break
        }
    }
}
