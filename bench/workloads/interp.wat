;; interp.c by Debian clang version 14.0.6: clang --target=wasm32 -O2 -nostdlib -fno-builtin -Wl,--no-entry -Wl,--strip-debug -Wl,-z,stack-size=65536
(module
  (type (;0;) (func (param i32 i32) (result i32)))
  (type (;1;) (func (param i32) (result f64)))
  (table (;0;) 4 4 funcref)
  (memory (;0;) 2)
  (export "memory" (memory 0))
  (export "run" (func 0))
  (elem (;0;) (i32.const 1) func 1 2 3)
  (func (;0;) (type 1) (param i32) (result f64)
    (local i32 i32 i32 i32 i32 i32 i32 i32)
    i32.const 3
    local.set 1
    loop ;; label = @1
      local.get 1
      i32.const 1040
      i32.add
      i32.const 3
      local.get 1
      i32.sub
      i32.const 4
      i32.and
      local.tee 2
      i32.store8
      local.get 1
      i32.const 1039
      i32.add
      i32.const 4
      local.get 1
      i32.sub
      i32.const 5
      i32.and
      i32.store8
      local.get 1
      i32.const 1038
      i32.add
      i32.const 5
      local.get 1
      i32.sub
      i32.const 6
      i32.and
      i32.store8
      local.get 1
      i32.const 1037
      i32.add
      local.get 2
      i32.const 3
      i32.or
      i32.store8
      local.get 1
      i32.const 4
      i32.add
      local.tee 1
      i32.const 259
      i32.ne
      br_if 0 (;@1;)
    end
    i32.const 0
    local.set 2
    i32.const 78
    local.set 5
    i32.const 1296
    local.set 1
    loop ;; label = @1
      local.get 1
      i32.const 12
      i32.add
      local.get 2
      i32.const 1
      i32.add
      i32.store
      local.get 1
      i32.const 4
      i32.add
      local.get 2
      i32.store
      local.get 1
      i32.const 8
      i32.add
      local.get 5
      i32.const 510
      i32.and
      i32.const 3
      i32.shl
      i32.const 1296
      i32.add
      i32.store
      local.get 1
      local.get 5
      i32.const 78
      i32.sub
      i32.const 510
      i32.and
      i32.const 3
      i32.shl
      i32.const 1304
      i32.add
      i32.store
      local.get 1
      i32.const 16
      i32.add
      local.set 1
      local.get 5
      i32.const 154
      i32.add
      local.set 5
      local.get 2
      i32.const 2
      i32.add
      local.tee 2
      i32.const 512
      i32.ne
      br_if 0 (;@1;)
    end
    local.get 0
    i32.const 0
    i32.le_s
    if ;; label = @1
      f64.const 0x0p+0 (;=0;)
      return
    end
    i32.const 0
    local.set 1
    loop ;; label = @1
      i32.const 0
      local.set 5
      i32.const 0
      local.set 3
      i32.const 20001
      local.set 4
      i32.const 2
      local.set 7
      i32.const 1
      local.set 2
      loop ;; label = @2
        local.get 3
        i32.const 255
        i32.and
        local.set 6
        local.get 3
        i32.const 1
        i32.add
        local.set 3
        block ;; label = @3
          block ;; label = @4
            block ;; label = @5
              block ;; label = @6
                block ;; label = @7
                  block ;; label = @8
                    block ;; label = @9
                      block ;; label = @10
                        block ;; label = @11
                          local.get 6
                          i32.const 1040
                          i32.add
                          i32.load8_u
                          br_table 0 (;@11;) 1 (;@10;) 2 (;@9;) 3 (;@8;) 4 (;@7;) 5 (;@6;) 6 (;@5;) 7 (;@4;)
                        end
                        local.get 2
                        local.get 7
                        i32.add
                        local.set 2
                        br 7 (;@3;)
                      end
                      local.get 2
                      local.get 7
                      i32.xor
                      local.set 7
                      br 6 (;@3;)
                    end
                    local.get 5
                    local.get 2
                    i32.const 1
                    i32.shr_s
                    i32.add
                    local.set 5
                    br 5 (;@3;)
                  end
                  local.get 2
                  local.get 5
                  i32.sub
                  local.set 2
                  br 4 (;@3;)
                end
                local.get 7
                i32.const 1
                i32.rotl
                local.set 7
                br 3 (;@3;)
              end
              local.get 3
              local.get 2
              i32.const 1
              i32.and
              i32.const 3
              i32.mul
              i32.add
              local.set 3
              br 2 (;@3;)
            end
            local.get 2
            local.get 7
            local.get 5
            i32.const 3
            i32.rem_u
            i32.const 2
            i32.shl
            i32.const 1024
            i32.add
            i32.load
            call_indirect (type 0)
            local.set 2
            br 1 (;@3;)
          end
          local.get 3
          local.get 5
          i32.xor
          local.set 5
        end
        local.get 4
        i32.const 1
        i32.sub
        local.tee 4
        i32.const 1
        i32.gt_u
        br_if 0 (;@2;)
      end
      local.get 1
      local.get 2
      local.get 7
      i32.add
      local.get 5
      i32.add
      i32.add
      local.set 1
      i32.const 1296
      local.set 2
      i32.const 4000
      local.set 5
      loop ;; label = @2
        local.get 2
        i32.load
        local.tee 7
        i32.load
        local.tee 3
        i32.load
        local.tee 6
        i32.load
        local.tee 4
        i32.load offset=4
        local.get 6
        i32.load offset=4
        local.get 3
        i32.load offset=4
        local.get 7
        i32.load offset=4
        local.get 2
        i32.load offset=4
        local.get 1
        i32.add
        i32.add
        i32.add
        i32.add
        i32.add
        local.set 1
        local.get 4
        i32.load
        local.set 2
        local.get 5
        i32.const 5
        i32.sub
        local.tee 5
        br_if 0 (;@2;)
      end
      i32.const 0
      local.set 2
      loop ;; label = @2
        local.get 1
        i32.const 16
        i32.shl
        local.get 1
        i32.const 1
        i32.shr_u
        local.tee 3
        i32.const 40961
        i32.xor
        local.get 3
        local.get 2
        i32.const 255
        i32.and
        local.tee 6
        local.get 1
        i32.xor
        i32.const 1
        i32.and
        select
        local.tee 4
        i32.const 1
        i32.shr_u
        local.tee 3
        i32.const 40961
        i32.xor
        local.get 3
        local.get 4
        local.get 6
        i32.const 1
        i32.shr_u
        i32.xor
        i32.const 1
        i32.and
        select
        local.tee 4
        i32.const 1
        i32.shr_u
        local.tee 3
        i32.const 40961
        i32.xor
        local.get 3
        local.get 4
        local.get 6
        i32.const 2
        i32.shr_u
        i32.xor
        i32.const 1
        i32.and
        select
        local.tee 4
        i32.const 1
        i32.shr_u
        local.tee 3
        i32.const 40961
        i32.xor
        local.get 3
        local.get 4
        local.get 6
        i32.const 3
        i32.shr_u
        i32.xor
        i32.const 1
        i32.and
        select
        local.tee 4
        i32.const 1
        i32.shr_u
        local.tee 3
        i32.const 40961
        i32.xor
        local.get 3
        local.get 4
        local.get 6
        i32.const 4
        i32.shr_u
        i32.xor
        i32.const 1
        i32.and
        select
        local.tee 4
        i32.const 1
        i32.shr_u
        local.tee 3
        i32.const 40961
        i32.xor
        local.get 3
        local.get 4
        local.get 6
        i32.const 5
        i32.shr_u
        i32.xor
        i32.const 1
        i32.and
        select
        local.tee 4
        i32.const 1
        i32.shr_u
        local.tee 3
        i32.const 40961
        i32.xor
        local.get 3
        local.get 4
        local.get 6
        i32.const 6
        i32.shr_u
        i32.xor
        i32.const 1
        i32.and
        select
        local.tee 4
        i32.const 1
        i32.shr_u
        local.tee 3
        local.get 3
        i32.const 40961
        i32.xor
        local.get 4
        i32.const 1
        i32.and
        local.get 6
        i32.const 7
        i32.shr_u
        i32.eq
        select
        i32.add
        local.set 1
        local.get 2
        i32.const 1
        i32.add
        local.tee 2
        i32.const 1500
        i32.ne
        br_if 0 (;@2;)
      end
      local.get 8
      i32.const 1
      i32.add
      local.tee 8
      local.get 0
      i32.ne
      br_if 0 (;@1;)
    end
    local.get 1
    f64.convert_i32_u
  )
  (func (;1;) (type 0) (param i32 i32) (result i32)
    local.get 0
    local.get 1
    i32.add
  )
  (func (;2;) (type 0) (param i32 i32) (result i32)
    local.get 0
    local.get 1
    i32.xor
  )
  (func (;3;) (type 0) (param i32 i32) (result i32)
    local.get 0
    local.get 1
    i32.mul
    i32.const 1
    i32.add
  )
  (data (;0;) (i32.const 1024) "\01\00\00\00\02\00\00\00\03")
  (@producers
    (processed-by "Debian clang" "14.0.6")
  )
)
