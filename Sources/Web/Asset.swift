/// A file that the page needs beside its HTML, carried in the binary.
package enum Asset {
    /// The one style sheet, light and dark.
    package static let style: [UInt8] = PackageResources.style_css
}
