/// What the product says of itself.
package enum Product {
    package static let name = "tocsin"
    package static let version = "0.1.0"
}
