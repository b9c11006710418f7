/// The colours and letters of all pictures, for light and dark grounds.
package enum PictureStyle {
    /// How many people are told apart by colour; more share colours.
    static let tones = 12

    /// A style sheet of its own; its rules begin with `.picture`, so a page may take it in whole.
    package static let css: String = {
        let light = rules(lightPlain, tones: lightTones)
        let dark = rules(darkPlain, tones: darkTones)
        return """

            .picture text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",\
            "DejaVu Sans",sans-serif;font-size:11px}
            .picture .heading{font-size:21px;font-weight:650}
            .picture .lead{font-size:13px}
            .picture .day{font-size:12px;font-weight:600}
            .picture .strong{font-size:12.5px;font-weight:600}
            .picture .name{font-size:11px;font-weight:600}
            .picture .body{font-size:12.5px}
            .picture .small{font-size:10px}
            .picture .middle{text-anchor:middle}
            .picture .end{text-anchor:end}
            .picture .rule{stroke-width:1}
            .picture .change{stroke-width:1.5;stroke-dasharray:3 3}
            .picture .now{stroke-width:2}
            .picture .under{opacity:.62}
            .picture .hatch{stroke-width:3.5}
            .picture .rail{stroke-width:2}
            .picture .halo{paint-order:stroke;stroke-width:3;stroke-linejoin:round}
            .picture .flag-notice,.picture .flag-met,.picture .flag-missed{stroke-width:1.5}
            .picture .heat1{fill-opacity:.15}
            .picture .heat2{fill-opacity:.3}
            .picture .heat3{fill-opacity:.45}
            .picture .heat4{fill-opacity:.6}
            \(light)
            @media (prefers-color-scheme:dark){
            \(dark)
            }

            """
    }()

    /// Fill and letters of each tone.
    private static let lightTones = [
        ("cfe0fd", "16397a"), ("fddcbf", "77330f"), ("cbebd2", "14532a"), ("e4d7fc", "4a2387"),
        ("c3ebe8", "0d4f4c"), ("fbd2e6", "7d1648"), ("f7e6a4", "5a4300"), ("d6d9fc", "2b2f86"),
        ("dcecb2", "3a5006"), ("ecdacb", "5a3a22"), ("c3e7f8", "0b4a66"), ("dfdae9", "40384f"),
    ]
    private static let darkTones = [
        ("214480", "dbe7ff"), ("743d18", "ffe2cb"), ("1e5a33", "d2f5da"), ("4d3189", "ebe1ff"),
        ("135753", "cbf3f0"), ("77234e", "ffdcec"), ("604d0a", "fdeeb5"), ("373a9c", "e2e4ff"),
        ("445811", "e6f5c1"), ("5e4432", "f5e5d8"), ("10516d", "d0efff"), ("4a435e", "ebe7f5"),
    ]

    /// Everything that is not a person's: class, property, colour.
    private static let lightPlain = [
        (".ground", "fill", "ffffff"), ("text", "fill", "1c1f26"), (".muted", "fill", "5d6675"),
        (".rule", "stroke", "e1e5eb"), (".weekend", "fill", "f4f5f8"),
        (".outside", "fill", "fafbfc"),
        (".gap", "fill", "d92d20"), (".on-gap", "fill", "ffffff"), (".alarm", "fill", "b42318"),
        (".change", "stroke", "c4640a"), (".pill", "fill", "feefc6"),
        (".on-pill", "fill", "8a3f05"),
        (".hatch", "stroke", "1c1f2638"), (".now", "stroke", "e0322b"),
        (".rail", "stroke", "d0d5dd"), (".halo", "stroke", "ffffff"),
        (".page", "fill", "d92d20"), (".reminder", "fill", "b25e09"), (".notice", "fill", "2563c9"),
        (".warning", "fill", "c99700"), (".breach", "fill", "7a1d9c"), (".skip", "fill", "98a2b3"),
        (".on-mark", "fill", "ffffff"),
        (".met", "fill", "1c8a4a"), (".missed", "fill", "d92d20"),
        (".phase-open", "fill", "fbd9d5"), (".phase-acknowledged", "fill", "feefc6"),
        (".phase-responded", "fill", "d6e4fd"), (".phase-waiting", "fill", "e4e7ec"),
        (".phase-ended", "fill", "cfeeda"),
        (".flag-notice", "stroke", "5d6675"), (".flag-met", "stroke", "1c8a4a"),
        (".flag-missed", "stroke", "b42318"),
    ]
    private static let darkPlain = [
        (".ground", "fill", "14171c"), ("text", "fill", "e8ebf1"), (".muted", "fill", "a3acba"),
        (".rule", "stroke", "2c323b"), (".weekend", "fill", "1b1f26"),
        (".outside", "fill", "111317"),
        (".gap", "fill", "c4281c"), (".on-gap", "fill", "ffffff"), (".alarm", "fill", "ff8a7d"),
        (".change", "stroke", "f5b13d"), (".pill", "fill", "4c3206"),
        (".on-pill", "fill", "ffd27a"),
        (".hatch", "stroke", "ffffff38"), (".now", "stroke", "ff6b61"),
        (".rail", "stroke", "3a414c"), (".halo", "stroke", "14171c"),
        (".page", "fill", "e5483b"), (".reminder", "fill", "e08a2c"), (".notice", "fill", "5b93f0"),
        (".warning", "fill", "d9b036"), (".breach", "fill", "b06bd0"), (".skip", "fill", "7d8694"),
        (".on-mark", "fill", "14171c"),
        (".met", "fill", "3fae6c"), (".missed", "fill", "f0624f"),
        (".phase-open", "fill", "5c211b"), (".phase-acknowledged", "fill", "4c3a0c"),
        (".phase-responded", "fill", "1f3a68"), (".phase-waiting", "fill", "363c46"),
        (".phase-ended", "fill", "1d4a2f"),
        (".flag-notice", "stroke", "a3acba"), (".flag-met", "stroke", "3fae6c"),
        (".flag-missed", "stroke", "ff8a7d"),
    ]

    private static func rules(
        _ plain: [(String, String, String)],
        tones: [(String, String)]
    ) -> String {
        let people = tones.enumerated().map { index, tone in
            ".picture .tone\(index){fill:#\(tone.0)}.picture .on-tone\(index){fill:#\(tone.1)}"
        }
        return (plain.map { ".picture \($0.0){\($0.1):#\($0.2)}" } + people)
            .joined(separator: "\n")
    }
}
