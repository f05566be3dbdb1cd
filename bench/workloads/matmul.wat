;; matmul.c by Debian clang version 14.0.6: clang --target=wasm32 -O2 -nostdlib -fno-builtin -Wl,--no-entry -Wl,--strip-debug -Wl,-z,stack-size=65536
(module
  (type (;0;) (func (param i32) (result f64)))
  (memory (;0;) 11)
  (export "memory" (memory 0))
  (export "run" (func 0))
  (func (;0;) (type 0) (param i32) (result f64)
    (local i32 i32 i32 i32 i32 i32 i32 i32 f64 f64)
    loop ;; label = @1
      local.get 1
      i32.const 65535
      i32.and
      local.tee 2
      i32.const 160
      i32.div_u
      local.tee 3
      i32.const 1280
      i32.mul
      local.get 1
      local.get 3
      i32.const 160
      i32.mul
      i32.sub
      i32.const 65535
      i32.and
      i32.const 3
      i32.shl
      i32.add
      local.tee 3
      i32.const 205824
      i32.add
      local.get 2
      i32.const 5
      i32.rem_u
      f64.convert_i32_u
      f64.store
      local.get 3
      i32.const 1024
      i32.add
      local.get 2
      i32.const 7
      i32.rem_u
      f64.convert_i32_u
      f64.store
      local.get 1
      i32.const 1
      i32.add
      local.tee 1
      i32.const 25600
      i32.ne
      br_if 0 (;@1;)
    end
    local.get 0
    i32.const 0
    i32.gt_s
    if ;; label = @1
      loop ;; label = @2
        i32.const 1024
        local.set 5
        i32.const 0
        local.set 6
        loop ;; label = @3
          i32.const 0
          local.set 7
          i32.const 205824
          local.set 8
          loop ;; label = @4
            f64.const 0x0p+0 (;=0;)
            local.set 10
            local.get 8
            local.set 1
            i32.const 0
            local.set 3
            loop ;; label = @5
              local.get 3
              local.get 5
              i32.add
              local.tee 2
              i32.const 24
              i32.add
              f64.load
              local.get 1
              i32.const 3840
              i32.add
              f64.load
              f64.mul
              local.get 2
              i32.const 16
              i32.add
              f64.load
              local.get 1
              i32.const 2560
              i32.add
              f64.load
              f64.mul
              local.get 2
              i32.const 8
              i32.add
              f64.load
              local.get 1
              i32.const 1280
              i32.add
              f64.load
              f64.mul
              local.get 2
              f64.load
              local.get 1
              f64.load
              f64.mul
              local.get 10
              f64.add
              f64.add
              f64.add
              f64.add
              local.set 10
              local.get 1
              i32.const 5120
              i32.add
              local.set 1
              local.get 3
              i32.const 32
              i32.add
              local.tee 3
              i32.const 1280
              i32.ne
              br_if 0 (;@5;)
            end
            local.get 6
            i32.const 1280
            i32.mul
            local.get 7
            i32.const 3
            i32.shl
            i32.add
            i32.const 410624
            i32.add
            local.get 10
            f64.store
            local.get 8
            i32.const 8
            i32.add
            local.set 8
            local.get 7
            i32.const 1
            i32.add
            local.tee 7
            i32.const 160
            i32.ne
            br_if 0 (;@4;)
          end
          local.get 5
          i32.const 1280
          i32.add
          local.set 5
          local.get 6
          i32.const 1
          i32.add
          local.tee 6
          i32.const 160
          i32.ne
          br_if 0 (;@3;)
        end
        local.get 4
        i32.const 160
        i32.rem_u
        i32.const 3
        i32.shl
        local.tee 1
        i32.const 1024
        i32.add
        local.tee 2
        local.get 2
        f64.load
        f64.const 0x1p+0 (;=1;)
        f64.add
        f64.store
        local.get 9
        local.get 1
        i32.const 410624
        i32.add
        f64.load
        f64.add
        local.set 9
        local.get 4
        i32.const 1
        i32.add
        local.tee 4
        local.get 0
        i32.ne
        br_if 0 (;@2;)
      end
    end
    local.get 9
  )
  (@producers
    (processed-by "Debian clang" "14.0.6")
  )
)
