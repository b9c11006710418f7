import Paging
import Store
import Testing

@Suite("What is being sent can still be taken back")
struct WithdrawalTests {
    @Test(
        "A claim is cancelled unbegun, or with the token of its attempt",
        arguments: Backing.allCases
    )
    func cancelSending(backing: Backing) throws {
        let store = try backing.opened().store
        try store.keep(cases: 1)
        let unbegun = try store.enqueue(.sample("a", state: .sending, confirmBy: 1))
        let begun = try store.enqueue(.sample("b", state: .sending))
        let pending = try store.enqueue(.sample("c"))
        let took = try store.transaction { tx throws(StoreError) in
            #expect(try tx.sending(caseID: "case-1", kinds: [.page]) == [unbegun, begun])
            #expect(try tx.sending(caseID: "case-1", kinds: [.notice]).isEmpty)
            return [
                try tx.cancelSending(unbegun, reason: "resolved", causedBy: 2, at: 9),
                try tx.cancelSending(begun, token: 2, reason: "resolved", causedBy: 2, at: 9),
                try tx.cancelSending(pending, reason: "resolved", causedBy: 2, at: 9),
            ]
        }
        #expect(took == [true, false, false])
        for number in [1, 1] {
            try store.transaction { tx throws(StoreError) in
                let attempt = StoredAttempt.sample(begun, "transient", number: number)
                try tx.recordCancelled(
                    begun,
                    attempt: attempt,
                    reason: "resolved",
                    causedBy: 2,
                    at: 9
                )
            }
        }
        #expect(try store.kept(begun)?.state == .cancelled)
        #expect(try store.attempts(of: begun) == ["1 transient"])
        #expect(try store.kept(pending)?.state == .pending)
    }

    @Test("A person's next page supersedes the pending ones before it", arguments: Backing.allCases)
    func superseded(backing: Backing) throws {
        let store = try backing.opened().store
        try store.keep(cases: 1)
        let first = try store.enqueue(.sample("a", occasion: "page.c1.s1.r0"))
        let next = try store.enqueue(.sample("b", occasion: "page.c1.s2.r0"))
        let other = try store.enqueue(.sample("c", person: "ben", occasion: "page.c1.s1.r0"))
        try store.transaction { tx throws(StoreError) in
            try tx.cancelSuperseded(
                caseID: "case-1",
                person: "anna",
                by: "page.c1.s2.r0",
                causedBy: 1,
                at: 9
            )
            try tx.setConfirm(first, by: 5)
            try tx.setConfirm(next, by: 5)
        }
        #expect(try store.kept(first)?.state == .cancelled)
        #expect(try store.kept(first)?.confirmBy == nil)
        #expect(try store.kept(next)?.confirmBy == 5)
        #expect(try store.kept(other)?.state == .pending)
    }
}
