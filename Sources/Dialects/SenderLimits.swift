/// What a sender may put into one request, whatever its dialect.
package enum SenderLimits {
    /// Characters of a key by which a sender names its event again; longer keys are refused.
    package static let keyLengthMax = 255
    /// Links, tags and the like of one case; what comes beyond is left out.
    package static let listMax = 50
    /// Bytes of a link; longer ones are left out.
    package static let linkBytesMax = 2_000
    /// Characters of a title; the rest of a longer one is cut off.
    package static let titleLengthMax = 1_024
}
