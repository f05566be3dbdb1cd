;; qsort.c by Debian clang version 14.0.6: clang --target=wasm32 -O2 -nostdlib -fno-builtin -Wl,--no-entry -Wl,--strip-debug -Wl,-z,stack-size=65536
(module
  (type (;0;) (func (param i32) (result f64)))
  (type (;1;) (func (param i32 i32)))
  (memory (;0;) 6)
  (export "memory" (memory 0))
  (export "run" (func 0))
  (func (;0;) (type 0) (param i32) (result f64)
    (local i32 i32 i32 f64)
    local.get 0
    i32.const 0
    i32.le_s
    if ;; label = @1
      f64.const 0x0p+0 (;=0;)
      return
    end
    i32.const 1024
    i32.load
    local.set 1
    loop ;; label = @1
      i32.const -262144
      local.set 2
      loop ;; label = @2
        local.get 2
        i32.const 263184
        i32.add
        local.get 1
        i32.const 1664525
        i32.mul
        i32.const 1013904223
        i32.add
        local.tee 1
        i32.const 8
        i32.shr_u
        i32.store
        local.get 2
        i32.const 263188
        i32.add
        local.get 1
        i32.const 1664525
        i32.mul
        i32.const 1013904223
        i32.add
        local.tee 1
        i32.const 8
        i32.shr_u
        i32.store
        local.get 2
        i32.const 263192
        i32.add
        local.get 1
        i32.const 1664525
        i32.mul
        i32.const 1013904223
        i32.add
        local.tee 1
        i32.const 8
        i32.shr_u
        i32.store
        local.get 2
        i32.const 263196
        i32.add
        local.get 1
        i32.const 1664525
        i32.mul
        i32.const 1013904223
        i32.add
        local.tee 1
        i32.const 8
        i32.shr_u
        i32.store
        local.get 2
        i32.const 16
        i32.add
        local.tee 2
        br_if 0 (;@2;)
      end
      i32.const 1024
      local.get 1
      i32.store
      i32.const 1040
      i32.const 263180
      call 1
      local.get 4
      i32.const 1348
      i32.load
      f64.convert_i32_s
      f64.add
      local.set 4
      local.get 3
      i32.const 1
      i32.add
      local.tee 3
      local.get 0
      i32.ne
      br_if 0 (;@1;)
    end
    local.get 4
  )
  (func (;1;) (type 1) (param i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32)
    local.get 0
    local.get 1
    i32.lt_u
    if ;; label = @1
      loop ;; label = @2
        local.get 1
        local.get 0
        i32.sub
        i32.const 2
        i32.shr_s
        i32.const 2
        i32.div_s
        local.set 5
        local.get 1
        local.set 3
        local.get 0
        local.set 2
        block ;; label = @3
          block ;; label = @4
            local.get 0
            local.get 1
            i32.gt_u
            br_if 0 (;@4;)
            local.get 0
            local.get 5
            i32.const 2
            i32.shl
            i32.add
            i32.load
            local.set 7
            local.get 1
            local.set 4
            local.get 0
            local.set 6
            block ;; label = @5
              loop ;; label = @6
                local.get 6
                i32.const 4
                i32.sub
                local.set 2
                loop ;; label = @7
                  local.get 2
                  i32.const 4
                  i32.add
                  local.tee 2
                  i32.load
                  local.tee 8
                  local.get 7
                  i32.lt_s
                  br_if 0 (;@7;)
                end
                local.get 2
                i32.const 4
                i32.add
                local.set 6
                local.get 4
                local.set 3
                loop ;; label = @7
                  local.get 3
                  i32.load
                  local.set 5
                  local.get 3
                  i32.const 4
                  i32.sub
                  local.tee 4
                  local.set 3
                  local.get 5
                  local.get 7
                  i32.gt_s
                  br_if 0 (;@7;)
                end
                local.get 2
                local.get 4
                i32.const 4
                i32.add
                local.tee 3
                i32.gt_u
                br_if 1 (;@5;)
                local.get 2
                local.get 5
                i32.store
                local.get 3
                local.get 8
                i32.store
                local.get 4
                local.get 6
                i32.ge_u
                br_if 0 (;@6;)
              end
              local.get 2
              i32.const 4
              i32.add
              local.set 2
              local.get 4
              local.set 3
            end
            local.get 3
            local.get 0
            i32.sub
            local.get 1
            local.get 2
            i32.sub
            i32.ge_s
            br_if 0 (;@4;)
            local.get 0
            local.get 3
            call 1
            local.get 2
            local.set 0
            br 1 (;@3;)
          end
          local.get 2
          local.get 1
          call 1
          local.get 3
          local.set 1
        end
        local.get 0
        local.get 1
        i32.lt_u
        br_if 0 (;@2;)
      end
    end
  )
  (data (;0;) (i32.const 1024) "90")
  (@producers
    (processed-by "Debian clang" "14.0.6")
  )
)
