import Dialects
import Testing

@Suite("What the answer to a mail asks for")
struct MailReplyTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var reply: MailReply?

        init(_ description: String, _ text: String, _ reply: MailReply?) {
            testDescription = description
            self.text = text
            self.reply = reply
        }
    }

    static let rows: [Row] = [
        Row(
            "Gmail, English",
            "ack\n\nOn Mon, Mar 2, 2026 at 10:00 AM Tocsin <t@e.com> wrote:\n> resolve",
            .acknowledge
        ),
        Row(
            "Gmail, folded",
            """
            Resolve.\n\nOn Mon, Mar 2, 2026 at 10:00 AM Tocsin\n\
            <tocsin@pager.example.com> wrote:\n\n> x
            """,
            .resolve
        ),
        Row(
            "Gmail, German",
            "ack\n\nAm Mo., 2. März 2026 um 10:00 Uhr schrieb PAGE <t@e.com>:\n> x",
            .acknowledge
        ),
        Row(
            "Gmail, French",
            "snooze 30m\n\nLe lun. 2 mars 2026 à 10:00, PAGE <t@e.com> a écrit :\n\n> x",
            .snooze(seconds: 1_800)
        ),
        Row(
            "Gmail, Spanish",
            "ack\n\nEl lun, 2 mar 2026 a las 10:00, PAGE (<t@e.com>) escribió:\n> x",
            .acknowledge
        ),
        Row(
            "Gmail, Italian",
            "ack\n\nIl giorno lun 2 mar 2026 alle ore 10:00 PAGE <t@e.com> ha scritto:\n> x",
            .acknowledge
        ),
        Row(
            "Gmail, Dutch",
            "ack\n\nOp ma 2 mrt 2026 om 10:00 schreef PAGE <t@e.com>:\n> x",
            .acknowledge
        ),
        Row(
            "Gmail, Swedish",
            "ack\n\nDen mån 2 mars 2026 kl 10:00 skrev PAGE <t@e.com>:\n> x",
            .acknowledge
        ),
        Row(
            "Gmail, Portuguese",
            "ack\n\nEm seg., 2 de mar. de 2026 às 10:00, PAGE <t@e.com> escreveu:\n> x",
            .acknowledge
        ),
        Row(
            "Gmail, Polish",
            "ack\n\npon., 2 mar 2026 o 10:00 PAGE <t@e.com> napisał(a):\n> x",
            .acknowledge
        ),
        Row(
            "Gmail, Russian",
            "ack\n\nпн, 2 мар. 2026 г. в 10:00, PAGE <t@e.com> пишет:\n> x",
            .acknowledge
        ),
        Row("Gmail, Japanese", "ack\n\n2026年3月2日(月) 10:00 PAGE <t@e.com> のメール:\n> x", .acknowledge),
        Row("Gmail, Chinese", "ack\n\nPAGE <t@e.com> 于2026年3月2日周一 10:00写道：\n> x", .acknowledge),
        Row(
            "Outlook, rule and head",
            "ack\n________________________________\nFrom: PAGE\nSent: Monday\nTo: Anna\nresolve",
            .acknowledge
        ),
        Row(
            "Outlook, German",
            """
            update: läuft wieder\n\nVon: PAGE <t@e.com>\nGesendet: Montag, 2. März 2026\n\
            An: Anna\nBetreff: x
            """,
            .update(text: "läuft wieder")
        ),
        Row(
            "Outlook, French",
            "ack\n\nDe : PAGE <t@e.com>\nEnvoyé : lundi 2 mars 2026\nÀ : Anna",
            .acknowledge
        ),
        Row(
            "Outlook, Spanish",
            "ack\n\nDe: PAGE\nEnviado el: lunes, 2 de marzo\nPara: Anna",
            .acknowledge
        ),
        Row("Outlook, bold head", "ack\n\n*From:* PAGE\n*Sent:* Monday\n", .acknowledge),
        Row("Outlook, old", "ack\n-----Original Message-----\nFrom: PAGE\nresolve", .acknowledge),
        Row(
            "Outlook, old German",
            "ack\n-----Ursprüngliche Nachricht-----\nVon: PAGE",
            .acknowledge
        ),
        Row(
            "Apple Mail",
            "Ack\n\n> On 2 Mar 2026, at 10:00, PAGE <t@e.com> wrote:\n>\n> x",
            .acknowledge
        ),
        Row(
            "Apple Mail, German",
            "ack\n\nAm 02.03.2026 um 10:00 schrieb PAGE <t@e.com>:\n\n> x",
            .acknowledge
        ),
        Row(
            "An iPhone's signature",
            "123\n\nSent from my iPhone\n\n> On 2 Mar 2026, at 10:00, P <t@e.com> wrote:",
            .acknowledge
        ),
        Row("A signature", "resolve\n-- \nAnna Keller\nack", .resolve),
        Row("The number alone", "  417 \n", .acknowledge),
        Row("Four digits are no number", "4711", .note(text: "4711")),
        Row("Snooze in hours", "Snooze 2 h", .snooze(seconds: 7_200)),
        Row("Snooze without an end", "snooze", .note(text: "snooze")),
        Row(
            "Escalate goes on over lines",
            "escalate: nobody answers\nat the site\n> x",
            .escalate(reason: "nobody answers at the site")
        ),
        Row("Escalate without a reason is a note", "escalate:", .note(text: "escalate:")),
        Row(
            "A sentence is a note",
            "ack, but I need Ben\nat nine\n> x",
            .note(text: "ack, but I need Ben at nine")
        ),
        Row("A word of ours in the quote only", "> ack\n> resolve\n", nil),
        Row(
            "Written below the quote",
            "On Mon, Mar 2, 2026 at 10:00 PAGE <t@e.com> wrote:\n> x\n\nresolve",
            nil
        ),
        Row("Nothing", " \n\n", nil),
    ]

    @Test("The first line before the quote decides", arguments: rows)
    func reads(_ row: Row) {
        #expect(MailReply(row.text) == row.reply)
    }
}
