import CivilTime
import Dialects
import Engine
import HTTPTypes
import HummingbirdCore
import Paging
import Shapes

/// `POST /hooks/alertmanager`: the webhook of Alertmanager, version "4".
///
/// Alertmanager sends again after any 5xx and never after a 4xx: 400 is only for what can never
/// be taken.
extension DialectDoors {
    func webhook(_ request: Request) async -> Response {
        guard request.method == .post else { return .webhook(405, "only POST is taken here") }
        let intake: DialectIntake
        let body: JSON
        do throws(DialectRefusal) {
            intake = try self.intake(request, of: \.alertmanager)
            body = try await request.dialectBody()
        } catch {
            return .webhook(error.status, error.message)
        }
        let notification = AlertmanagerWebhook(body)
        if let refusal = await take(notification.alerts.distinct, from: intake, renews: false) {
            // Our files are at fault, or the engine is away: it must come again.
            return .webhook(503, refusal.message)
        }
        guard notification.faults.isEmpty else {
            return .webhook(400, notification.faults.prefix(20).joined(separator: "; "))
        }
        return .dialect(200) { writer in
            writer.beginObject()
            writer.field("status", "success")
            writer.endObject()
        }
    }

    /// Every alert to its case, all of them together; answers the first refusal.
    ///
    /// Where it `renews`, a case ends by itself once its alert's end passes without a renewal.
    func take(
        _ alerts: [PrometheusAlert],
        from intake: DialectIntake,
        renews: Bool
    ) async -> Refusal? {
        await withTaskGroup(of: Refusal?.self) { group in
            for alert in alerts {
                group.addTask {
                    do throws(Refusal) {
                        try await take(alert, from: intake, renews: renews)
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            var first: Refusal?
            for await refusal in group { first = first ?? refusal }
            return first
        }
    }

    private func take(
        _ alert: PrometheusAlert,
        from intake: DialectIntake,
        renews: Bool
    ) async throws(Refusal) {
        let now = engine.now()
        let expiry = alert.expiry(at: now)
        guard !(alert.isResolved ?? (expiry <= now)) else {
            try await intake.act(
                intake.event(.resolved),
                on: intake.reference(alert.fingerprint)
            )
            return
        }
        var request = intake.request(alert.opening)
        if renews { request.expiresAt = expiry }
        _ = try await engine.open(request)
    }
}

extension Response {
    fileprivate static func webhook(_ status: Int, _ fault: String) -> Response {
        .dialect(status) { writer in
            writer.beginObject()
            writer.field("status", "error")
            writer.field("error", fault)
            writer.endObject()
        }
    }
}
