import HTTPTypes
import Store

extension Routes {
    /// What the doors of senders need beside the addresses of their dialects.
    var dialects: [Operation] {
        [
            Operation(
                .post,
                "/v1/intake/mail",
                needs: .role(.admin),
                isPage: true,
                "A mail, as a mail server's pipe hands it over",
                answer: takeMail
            )
        ]
    }
}
