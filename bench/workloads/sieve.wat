;; sieve.c by Debian clang version 14.0.6: clang --target=wasm32 -O2 -nostdlib -fno-builtin -Wl,--no-entry -Wl,--strip-debug -Wl,-z,stack-size=65536
(module
  (type (;0;) (func (param i32) (result f64)))
  (memory (;0;) 6)
  (export "memory" (memory 0))
  (export "run" (func 0))
  (func (;0;) (type 0) (param i32) (result f64)
    (local i32 i32 i32 i32)
    local.get 0
    i32.const 0
    i32.le_s
    if ;; label = @1
      f64.const 0x0p+0 (;=0;)
      return
    end
    loop ;; label = @1
      i32.const 0
      local.set 1
      loop ;; label = @2
        local.get 1
        i32.const 1024
        i32.add
        i64.const 72340172838076673
        i64.store
        local.get 1
        i32.const 8
        i32.add
        local.tee 1
        i32.const 262144
        i32.ne
        br_if 0 (;@2;)
      end
      i32.const 2
      local.set 2
      i32.const 4
      local.set 1
      loop ;; label = @2
        block ;; label = @3
          local.get 2
          i32.const 1024
          i32.add
          i32.load8_u
          i32.eqz
          br_if 0 (;@3;)
          local.get 1
          i32.const 262143
          i32.gt_u
          br_if 0 (;@3;)
          loop ;; label = @4
            local.get 1
            i32.const 1024
            i32.add
            i32.const 0
            i32.store8
            local.get 1
            local.get 2
            i32.add
            local.tee 1
            i32.const 262144
            i32.lt_u
            br_if 0 (;@4;)
          end
        end
        local.get 2
        i32.const 1
        i32.add
        local.tee 2
        local.get 2
        i32.mul
        local.set 1
        local.get 2
        i32.const 512
        i32.ne
        br_if 0 (;@2;)
      end
      i32.const -262142
      local.set 1
      loop ;; label = @2
        local.get 1
        i32.const 263169
        i32.add
        i32.load8_u
        local.get 3
        local.get 1
        i32.const 263168
        i32.add
        i32.load8_u
        i32.add
        i32.add
        local.set 3
        local.get 1
        i32.const 2
        i32.add
        local.tee 1
        br_if 0 (;@2;)
      end
      local.get 4
      i32.const 1
      i32.add
      local.tee 4
      local.get 0
      i32.ne
      br_if 0 (;@1;)
    end
    local.get 3
    f64.convert_i32_s
  )
  (@producers
    (processed-by "Debian clang" "14.0.6")
  )
)
