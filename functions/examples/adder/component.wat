;; The `adder` world, written by hand: one core module and one lifted function, no memory, no imports.
(component
  (core module $arithmetic
    ;; Wraps at 2^32.
    (func (export "add") (param $a i32) (param $b i32) (result i32)
      (i32.add (local.get $a) (local.get $b))))
  (core instance $instance (instantiate $arithmetic))
  (func (export "add") (param "a" u32) (param "b" u32) (result u32)
    (canon lift (core func $instance "add"))))
