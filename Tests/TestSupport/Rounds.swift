import Foundation

/// A number of rounds that `make fault` raises, such as `KILLS=1000`.
package func rounds(_ name: String, usually: Int) -> Int {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? usually
}
