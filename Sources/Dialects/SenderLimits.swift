/// What a sender may put into one request, whatever its dialect.
package enum SenderLimits {
    /// Characters of a key by which a sender names its event again; longer keys are refused.
    package static let keyLengthMax = 255
}
