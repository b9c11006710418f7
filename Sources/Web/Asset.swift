import Pictures

/// A file that the page needs beside its HTML, carried in the binary.
package enum Asset {
    /// The one style sheet, light and dark, with that of the pictures.
    package static let style: [UInt8] =
        PackageResources.style_css + Array(PictureStyle.css.utf8)
    /// Countdowns and reloading; every page works without it.
    package static let script: [UInt8] = PackageResources.live_js
    package static let icon: [UInt8] = PackageResources.icon_svg
}
