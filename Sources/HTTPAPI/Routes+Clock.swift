import Engine
import Hummingbird
import HummingbirdCore
import Shapes

extension Routes {
    /// What time it is by the engine's clock, from which a caller's `+2h` counts, and how many
    /// times as fast as time that clock runs.
    func clock(_ request: Request, _ visit: Visit) async throws -> Response {
        let now = engine.now()
        let speed = engine.setting.clock.speed
        return .json { writer in
            writer.beginObject()
            writer.field("now", now)
            writer.field("speed", speed)
            writer.endObject()
        }
    }
}
