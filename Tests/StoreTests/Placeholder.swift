import Testing

@Suite struct StorePlaceholder {}
