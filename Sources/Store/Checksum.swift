import Paging

/// A sum over what a row says, kept beside it: a damaged byte shows before it is sent to anybody.
///
/// FNV-1a in 64 bits, a microsecond a page; it guards against disks, not against people.
struct Checksum {
    private var sum: UInt64 = 0xcbf2_9ce4_8422_2325

    /// As the database keeps it.
    var value: Int64 { Int64(bitPattern: sum) }

    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }
        // So that what ends here and begins there cannot change places.
        sum = (sum ^ 0x1ff) &* 0x100_0000_01b3
    }

    mutating func add(_ number: Int64) {
        sum = (sum ^ UInt64(bitPattern: number)) &* 0x100_0000_01b3
    }

    static func of(_ bytes: [UInt8]) -> Int64 {
        var checksum = Checksum()
        bytes.withUnsafeBufferPointer { checksum.add($0) }
        return checksum.value
    }
}

extension StoredNotification {
    /// Over all that is fixed when it is enqueued: what it says, to whom, and where it goes.
    var checksum: Int64 {
        var checksum = Checksum()
        let contact = notification.contact
        for text in [
            key, caseID, notification.occasion, notification.kind.rawValue,
            notification.event.rawValue, notification.person ?? "", contact.name, contact.channel,
            contact.address, notification.page?.id ?? "", notification.summary, notification.why,
        ] { checksum.add(text.utf8) }
        checksum.add(Int64(caseNumber))
        checksum.add(notification.dueAt.milliseconds)
        body.withUnsafeBufferPointer { checksum.add($0) }
        return checksum.value
    }
}

extension Records {
    /// Reads every open case and every living notification once, and throws `corrupt` at the first
    /// that does not say what was written.
    package func checkSums() throws(StoreError) {
        _ = try connection.all(CaseSQL.allOpen, [], StoredCase.decoded)
        _ = try connection.all(OutboxSQL.living, [], StoredNotification.decoded)
    }
}
