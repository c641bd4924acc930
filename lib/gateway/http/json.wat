;; Checks whether bytes are one JSON text (RFC 8259). json.ts states the promise and runs the
;; compiled module.
;;
;; The text begins at address 0. Zeros follow the $body bytes, at least 16 of them after the text.
;; No JSON text contains a zero, so nothing is read past its end. A function takes the address of
;; the next byte and returns the address after what it read, or -1.
(module
  (memory (export "memory") 17)
  ;; The start of the stack of open arrays and objects, one byte each: 1 for an object.
  (global $nesting i32 (i32.const 1048640))

  (func (export "isJson") (param $length i32) (param $mostDepth i32) (result i32)
    (local $at i32) (local $depth i32) (local $byte i32) (local $object i32)
    (local.set $at (call $blanks (i32.const 0)))
    (loop $value
      (local.set $byte (i32.load8_u (local.get $at)))
      (local.set $object (i32.eq (local.get $byte) (i32.const 123)))
      (block $ended
        (if (i32.or (local.get $object) (i32.eq (local.get $byte) (i32.const 91)))
          (then
            (if (i32.eq (local.get $depth) (local.get $mostDepth)) (then (return (i32.const 0))))
            (i32.store8 (i32.add (global.get $nesting) (local.get $depth)) (local.get $object))
            (local.set $depth (i32.add (local.get $depth) (i32.const 1)))
            (local.set $at (call $blanks (i32.add (local.get $at) (i32.const 1))))
            ;; A closing bracket's code is the opening one's plus two.
            (br_if $ended (i32.eq (i32.load8_u (local.get $at)) (i32.add (local.get $byte) (i32.const 2))))
            (if (local.get $object)
              (then
                (local.set $at (call $name (local.get $at)))
                (if (i32.lt_s (local.get $at) (i32.const 0)) (then (return (i32.const 0))))))
            (br $value)))
        (local.set $at
          (if (result i32) (i32.eq (local.get $byte) (i32.const 34))
            (then (call $string (i32.add (local.get $at) (i32.const 1))))
            (else (call $scalar (local.get $at)))))
        (if (i32.lt_s (local.get $at) (i32.const 0)) (then (return (i32.const 0))))
        (if (i32.le_u (i32.load8_u (local.get $at)) (i32.const 32)) (then (local.set $at (call $blanks (local.get $at))))))
      ;; A value has ended, or the next byte closes an empty array or object.
      (loop $closing
        (if (i32.eqz (local.get $depth)) (then (return (i32.eq (local.get $at) (local.get $length)))))
        (local.set $object (i32.load8_u (i32.add (global.get $nesting) (i32.sub (local.get $depth) (i32.const 1)))))
        (local.set $byte (i32.load8_u (local.get $at)))
        (if (i32.eq (local.get $byte) (select (i32.const 125) (i32.const 93) (local.get $object)))
          (then
            (local.set $depth (i32.sub (local.get $depth) (i32.const 1)))
            (local.set $at (call $blanks (i32.add (local.get $at) (i32.const 1))))
            (br $closing))))
      (if (i32.ne (local.get $byte) (i32.const 44)) (then (return (i32.const 0))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (if (i32.le_u (i32.load8_u (local.get $at)) (i32.const 32)) (then (local.set $at (call $blanks (local.get $at)))))
      (if (local.get $object)
        (then
          (local.set $at (call $name (local.get $at)))
          (if (i32.lt_s (local.get $at) (i32.const 0)) (then (return (i32.const 0))))))
      (br $value))
    (unreachable))

  (func $blanks (param $at i32) (result i32)
    (local $byte i32)
    (loop $next
      (local.set $byte (i32.load8_u (local.get $at)))
      (if (i32.gt_u (local.get $byte) (i32.const 32)) (then (return (local.get $at))))
      (if (i32.eqz (i32.or
            (i32.or (i32.eq (local.get $byte) (i32.const 32)) (i32.eq (local.get $byte) (i32.const 10)))
            (i32.or (i32.eq (local.get $byte) (i32.const 13)) (i32.eq (local.get $byte) (i32.const 9)))))
        (then (return (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $next))
    (unreachable))

  ;; The name of a member, its colon, and the whitespace around the colon.
  (func $name (param $at i32) (result i32)
    (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 34)) (then (return (i32.const -1))))
    (local.set $at (call $string (i32.add (local.get $at) (i32.const 1))))
    (if (i32.lt_s (local.get $at) (i32.const 0)) (then (return (i32.const -1))))
    (if (i32.le_u (i32.load8_u (local.get $at)) (i32.const 32)) (then (local.set $at (call $blanks (local.get $at)))))
    (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 58)) (then (return (i32.const -1))))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (if (i32.gt_u (i32.load8_u (local.get $at)) (i32.const 32)) (then (return (local.get $at))))
    (call $blanks (local.get $at)))

  ;; The rest of a string after its opening quote, 16 bytes at a time.
  (func $string (param $at i32) (result i32)
    (local $bytes v128) (local $quotes v128) (local $special i32)
    (loop $next
      (local.set $bytes (v128.load (local.get $at)))
      (local.set $quotes (i8x16.eq (local.get $bytes) (v128.const i8x16 34 34 34 34 34 34 34 34 34 34 34 34 34 34 34 34)))
      ;; One bit for each quote, backslash and control character.
      (local.set $special (i8x16.bitmask (v128.or
        (local.get $quotes)
        (v128.or
          (i8x16.eq (local.get $bytes) (v128.const i8x16 92 92 92 92 92 92 92 92 92 92 92 92 92 92 92 92))
          (i8x16.lt_u (local.get $bytes) (v128.const i8x16 32 32 32 32 32 32 32 32 32 32 32 32 32 32 32 32))))))
      (if (i32.eqz (local.get $special))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br $next)))
      (local.set $at (i32.add (local.get $at) (i32.ctz (local.get $special))))
      ;; The first special character is a quote.
      (if (i32.and
            (i8x16.bitmask (local.get $quotes))
            (i32.and (local.get $special) (i32.sub (i32.const 0) (local.get $special))))
        (then (return (i32.add (local.get $at) (i32.const 1)))))
      (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 92)) (then (return (i32.const -1))))
      (local.set $at (call $escape (i32.add (local.get $at) (i32.const 1))))
      (br_if $next (i32.ge_s (local.get $at) (i32.const 0))))
    (i32.const -1))

  ;; The rest of an escape after its backslash: one of "\/bfnrt, or u and four hexadecimal digits.
  (func $escape (param $at i32) (result i32)
    (local $byte i32) (local $digits i32)
    (local.set $byte (i32.load8_u (local.get $at)))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (if (i32.ne (local.get $byte) (i32.const 117))
      (then
        (return (select (local.get $at) (i32.const -1) (i32.or
          (i32.or
            (i32.or (i32.eq (local.get $byte) (i32.const 34)) (i32.eq (local.get $byte) (i32.const 92)))
            (i32.or (i32.eq (local.get $byte) (i32.const 47)) (i32.eq (local.get $byte) (i32.const 98))))
          (i32.or
            (i32.or (i32.eq (local.get $byte) (i32.const 102)) (i32.eq (local.get $byte) (i32.const 110)))
            (i32.or (i32.eq (local.get $byte) (i32.const 114)) (i32.eq (local.get $byte) (i32.const 116)))))))))
    (loop $digit
      (local.set $byte (i32.load8_u (local.get $at)))
      (if (i32.eqz (i32.or
            (call $isDigit (local.get $byte))
            (i32.lt_u (i32.sub (i32.or (local.get $byte) (i32.const 32)) (i32.const 97)) (i32.const 6))))
        (then (return (i32.const -1))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (local.set $digits (i32.add (local.get $digits) (i32.const 1)))
      (br_if $digit (i32.lt_u (local.get $digits) (i32.const 4))))
    (local.get $at))

  ;; A number, true, false or null.
  (func $scalar (param $at i32) (result i32)
    (local $byte i32)
    (local.set $byte (i32.load8_u (local.get $at)))
    (if (i32.or (i32.eq (local.get $byte) (i32.const 45)) (call $isDigit (local.get $byte))) (then (return (call $number (local.get $at)))))
    ;; "true", "null" and "alse" as little-endian 32-bit numbers.
    (if (i32.eq (i32.load (local.get $at)) (i32.const 0x65757274)) (then (return (i32.add (local.get $at) (i32.const 4)))))
    (if (i32.eq (i32.load (local.get $at)) (i32.const 0x6c6c756e)) (then (return (i32.add (local.get $at) (i32.const 4)))))
    (if (i32.and (i32.eq (local.get $byte) (i32.const 102)) (i32.eq (i32.load offset=1 (local.get $at)) (i32.const 0x65736c61)))
      (then (return (i32.add (local.get $at) (i32.const 5)))))
    (i32.const -1))

  (func $number (param $at i32) (result i32)
    (local $byte i32)
    (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 45)) (then (local.set $at (i32.add (local.get $at) (i32.const 1)))))
    (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 48))
      (then (local.set $at (i32.add (local.get $at) (i32.const 1))))
      (else (local.set $at (call $digits (local.get $at)))))
    (if (i32.lt_s (local.get $at) (i32.const 0)) (then (return (i32.const -1))))
    (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 46))
      (then
        (local.set $at (call $digits (i32.add (local.get $at) (i32.const 1))))
        (if (i32.lt_s (local.get $at) (i32.const 0)) (then (return (i32.const -1))))))
    (if (i32.ne (i32.or (i32.load8_u (local.get $at)) (i32.const 32)) (i32.const 101)) (then (return (local.get $at))))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (local.set $byte (i32.load8_u (local.get $at)))
    (if (i32.or (i32.eq (local.get $byte) (i32.const 43)) (i32.eq (local.get $byte) (i32.const 45)))
      (then (local.set $at (i32.add (local.get $at) (i32.const 1)))))
    (call $digits (local.get $at)))

  ;; One or more digits.
  (func $digits (param $at i32) (result i32)
    (local $from i32)
    (local.set $from (local.get $at))
    (loop $next
      (if (call $isDigit (i32.load8_u (local.get $at)))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $next))))
    (select (i32.const -1) (local.get $at) (i32.eq (local.get $at) (local.get $from))))

  (func $isDigit (param $byte i32) (result i32)
    (i32.lt_u (i32.sub (local.get $byte) (i32.const 48)) (i32.const 10))))
