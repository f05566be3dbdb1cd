;; fib.c by Debian clang version 14.0.6: clang --target=wasm32 -O2 -nostdlib -fno-builtin -Wl,--no-entry -Wl,--strip-debug -Wl,-z,stack-size=65536
(module
  (type (;0;) (func (param i32) (result f64)))
  (type (;1;) (func (param i32) (result i32)))
  (memory (;0;) 2)
  (export "memory" (memory 0))
  (export "run" (func 0))
  (func (;0;) (type 0) (param i32) (result f64)
    (local f64 i32)
    local.get 0
    i32.const 0
    i32.gt_s
    if ;; label = @1
      loop ;; label = @2
        local.get 1
        local.get 2
        i32.const 1
        i32.and
        i32.const 24
        i32.or
        call 1
        f64.convert_i32_s
        f64.add
        local.set 1
        local.get 0
        local.get 2
        i32.const 1
        i32.add
        local.tee 2
        i32.ne
        br_if 0 (;@2;)
      end
    end
    local.get 1
  )
  (func (;1;) (type 1) (param i32) (result i32)
    (local i32 i32)
    local.get 0
    i32.const 2
    i32.lt_s
    if ;; label = @1
      local.get 0
      return
    end
    loop ;; label = @1
      local.get 0
      i32.const 1
      i32.sub
      call 1
      local.get 1
      i32.add
      local.set 1
      local.get 0
      i32.const 3
      i32.gt_u
      local.set 2
      local.get 0
      i32.const 2
      i32.sub
      local.set 0
      local.get 2
      br_if 0 (;@1;)
    end
    local.get 0
    local.get 1
    i32.add
  )
  (@producers
    (processed-by "Debian clang" "14.0.6")
  )
)
