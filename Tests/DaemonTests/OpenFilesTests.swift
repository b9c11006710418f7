import HTTPAPI
import RuleFiles
import Testing

@testable import Daemon

@Suite("Few open files are shared out, so that nobody takes the last one")
struct OpenFilesTests {
    @Test("The doors take no more connections than their share, whatever limits: says")
    func doors() {
        var settings = DaemonSettings()
        #expect(Limits(settings.limits, files: OpenFiles(count: 64)).connections == 8)
        #expect(Limits(settings.limits, files: OpenFiles(count: 65_536)).connections == 1_024)
        settings.limits.connections = 3
        #expect(Limits(settings.limits, files: OpenFiles(count: 64)).connections == 3)
        settings.limits.connections = 5_000
        #expect(Limits(settings.limits, files: OpenFiles(count: 1_024)).connections == 128)
    }

    @Test("Half of them at least are nobody's share, and every share is one at least")
    func shares() {
        for count in [1, 64, 1_024, 65_536, Int.max] {
            let files = OpenFiles(count: count)
            #expect(files.forVisitors > 0 && files.forReceivers > 0)
            #expect(count == 1 || files.forVisitors + files.forReceivers <= count / 2)
        }
        #expect(OpenFiles.inForce.count > 0)
    }
}
