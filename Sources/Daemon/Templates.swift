import Delivery
package import RuleFiles

/// The administrators' own templates: `templates/NAME.mustache` beside tocsin.yaml.
package struct Templates: Sendable {
    /// The folder of tocsin.yaml.
    var config: String

    package init(config: String) {
        self.config = RuleTree.trimmed(config)
    }

    package func path(of name: String) -> String { "\(config)/templates/\(name).mustache" }

    func template(_ name: String) throws(StartFault) -> MessageTemplate {
        let path = path(of: name)
        do {
            return try Self.parsed(name, try bytes(of: name))
        } catch let fault as MessageTemplate.Fault {
            throw StartFault(
                "template-faulty",
                "\(path):\(fault.line):\(fault.column): \(fault.message)",
                fix: fault.fix
            )
        } catch {
            throw StartFault("template-missing", "cannot read `\(path)`: \(error)", fix: Self.fix)
        }
    }

    /// What is wrong with the templates that channels name, each rendered with a sample; with the
    /// texts that the findings are about.
    package func findings(
        _ settings: DaemonSettings
    ) -> (findings: [Diagnostic], texts: [SourceText]) {
        var (findings, texts) = ([Diagnostic](), [SourceText]())
        for name in Set(settings.channels.compactMap(\.template)).sorted() {
            let path = path(of: name)
            do {
                let bytes = try bytes(of: name)
                texts.append(SourceText(path: path, bytes: bytes))
                _ = try Self.parsed(name, bytes)
            } catch let fault as MessageTemplate.Fault {
                findings.append(
                    Diagnostic(
                        code: .value,
                        file: path,
                        line: fault.line,
                        column: fault.column,
                        message: fault.message,
                        fix: fault.fix
                    )
                )
            } catch {
                findings.append(
                    Diagnostic(
                        code: .fileMissing,
                        file: path,
                        line: 1,
                        column: 1,
                        message: "a channel names it, and it cannot be read",
                        fix: Self.fix
                    )
                )
            }
        }
        return (findings, texts)
    }

    private static let fix = "write the template there, or take `template` out of tocsin.yaml"

    private func bytes(of name: String) throws(SystemFile.Fault) -> [UInt8] {
        try SystemFile.bytes(of: path(of: name), upTo: MessageTemplate.bytesMax + 1)
    }

    private static func parsed(
        _ name: String,
        _ bytes: [UInt8]
    ) throws(MessageTemplate.Fault) -> MessageTemplate {
        guard bytes.count <= MessageTemplate.bytesMax,
            let text = String(validating: bytes, as: UTF8.self)
        else {
            throw MessageTemplate.Fault(
                line: 1,
                column: 1,
                message: "the template is not UTF-8, or longer than 64 KiB",
                fix: "write it as UTF-8 text"
            )
        }
        return try MessageTemplate(name: name, source: text)
    }
}
