;; json.c by Debian clang version 14.0.6: clang --target=wasm32 -O2 -nostdlib -fno-builtin -Wl,--no-entry -Wl,--strip-debug -Wl,-z,stack-size=65536
(module
  (type (;0;) (func))
  (type (;1;) (func (param i32) (result f64)))
  (type (;2;) (func (result i32)))
  (memory (;0;) 3)
  (export "memory" (memory 0))
  (export "run" (func 0))
  (func (;0;) (type 1) (param i32) (result f64)
    (local i32 i32 i32 i32)
    i32.const 1136
    i32.const 91
    i32.store8
    i32.const 1137
    local.set 4
    loop (result f64) ;; label = @1
      i32.const 0
      local.set 1
      loop (result f64) ;; label = @2
        local.get 1
        local.get 4
        i32.add
        local.tee 2
        local.get 1
        i32.const 1024
        i32.add
        i32.load8_u
        i32.store8
        local.get 1
        i32.const 100
        i32.eq
        if (result f64) ;; label = @3
          local.get 2
          i32.const 1
          i32.add
          local.set 4
          local.get 3
          i32.const 1
          i32.add
          local.tee 3
          i32.const 700
          i32.ne
          br_if 2 (;@1;)
          i32.const 71840
          local.get 2
          i32.store
          local.get 2
          i32.const 1
          i32.sub
          i32.const 93
          i32.store8
          local.get 0
          i32.const 0
          i32.gt_s
          if ;; label = @4
            loop ;; label = @5
              i32.const 71844
              i32.const 1136
              i32.store
              call 1
              local.get 0
              i32.const 1
              i32.sub
              local.tee 0
              br_if 0 (;@5;)
            end
          end
          i32.const 71848
          f64.load
          i32.const 71856
          i32.load
          f64.convert_i32_s
          f64.add
        else
          local.get 2
          i32.const 2
          i32.add
          local.get 1
          i32.const 1026
          i32.add
          i32.load16_u
          i32.store16 align=1
          local.get 2
          i32.const 1
          i32.add
          local.get 1
          i32.const 1025
          i32.add
          i32.load8_u
          i32.store8
          local.get 1
          i32.const 4
          i32.add
          local.set 1
          br 1 (;@2;)
        end
      end
    end
  )
  (func (;1;) (type 0)
    (local i32 i32 i32 i32 i32 f64 f64)
    call 2
    block ;; label = @1
      block ;; label = @2
        block ;; label = @3
          block ;; label = @4
            block ;; label = @5
              block ;; label = @6
                block ;; label = @7
                  call 3
                  local.tee 2
                  i32.const 91
                  i32.sub
                  br_table 1 (;@6;) 5 (;@2;) 5 (;@2;) 5 (;@2;) 5 (;@2;) 5 (;@2;) 5 (;@2;) 5 (;@2;) 5 (;@2;) 5 (;@2;) 5 (;@2;) 3 (;@4;) 5 (;@2;) 5 (;@2;) 5 (;@2;) 5 (;@2;) 5 (;@2;) 5 (;@2;) 5 (;@2;) 2 (;@5;) 5 (;@2;) 5 (;@2;) 5 (;@2;) 5 (;@2;) 5 (;@2;) 2 (;@5;) 5 (;@2;) 5 (;@2;) 5 (;@2;) 5 (;@2;) 5 (;@2;) 5 (;@2;) 0 (;@7;) 4 (;@3;)
                end
                i32.const 71844
                i32.const 71844
                i32.load
                i32.const 1
                i32.add
                i32.store
                call 2
                block ;; label = @7
                  call 3
                  i32.const 125
                  i32.eq
                  br_if 0 (;@7;)
                  loop ;; label = @8
                    call 2
                    call 4
                    call 2
                    i32.const 71844
                    i32.const 71844
                    i32.load
                    i32.const 1
                    i32.add
                    i32.store
                    call 1
                    call 2
                    call 3
                    i32.const 44
                    i32.ne
                    br_if 1 (;@7;)
                    i32.const 71844
                    i32.const 71844
                    i32.load
                    i32.const 1
                    i32.add
                    i32.store
                    br 0 (;@8;)
                  end
                  unreachable
                end
                i32.const 71844
                i32.const 71844
                i32.load
                i32.const 1
                i32.add
                i32.store
                return
              end
              i32.const 71844
              i32.const 71844
              i32.load
              i32.const 1
              i32.add
              i32.store
              call 2
              block ;; label = @6
                call 3
                i32.const 93
                i32.eq
                br_if 0 (;@6;)
                call 1
                call 2
                call 3
                i32.const 44
                i32.ne
                br_if 0 (;@6;)
                loop ;; label = @7
                  i32.const 71844
                  i32.const 71844
                  i32.load
                  i32.const 1
                  i32.add
                  i32.store
                  call 1
                  call 2
                  call 3
                  i32.const 44
                  i32.eq
                  br_if 0 (;@7;)
                end
              end
              i32.const 71844
              i32.const 71844
              i32.load
              i32.const 1
              i32.add
              i32.store
              return
            end
            i32.const 71844
            i32.const 71844
            i32.load
            i32.const 4
            i32.add
            i32.store
            return
          end
          i32.const 71844
          i32.const 71844
          i32.load
          i32.const 5
          i32.add
          i32.store
          return
        end
        local.get 2
        i32.const 34
        i32.eq
        br_if 1 (;@1;)
      end
      i32.const 71844
      i32.load
      local.set 0
      call 3
      local.tee 4
      i32.const 45
      i32.eq
      if ;; label = @2
        i32.const 71844
        local.get 0
        i32.const 1
        i32.add
        local.tee 0
        i32.store
      end
      block ;; label = @2
        i32.const 71840
        i32.load
        local.tee 2
        local.get 0
        i32.le_u
        br_if 0 (;@2;)
        local.get 2
        local.get 0
        i32.sub
        local.set 1
        loop ;; label = @3
          local.get 0
          i32.load8_u
          local.tee 3
          i32.const 58
          i32.sub
          i32.const 255
          i32.and
          i32.const 246
          i32.lt_u
          br_if 1 (;@2;)
          i32.const 71844
          local.get 0
          i32.const 1
          i32.add
          local.tee 0
          i32.store
          local.get 5
          f64.const 0x1.4p+3 (;=10;)
          f64.mul
          local.get 3
          i32.const 48
          i32.sub
          f64.convert_i32_s
          f64.add
          local.set 5
          local.get 1
          i32.const 1
          i32.sub
          local.tee 1
          br_if 0 (;@3;)
        end
        local.get 2
        local.set 0
      end
      block ;; label = @2
        call 3
        i32.const 46
        i32.ne
        br_if 0 (;@2;)
        i32.const 71844
        local.get 0
        i32.const 1
        i32.add
        local.tee 1
        i32.store
        local.get 1
        local.get 2
        i32.ge_u
        br_if 0 (;@2;)
        local.get 0
        i32.const 2
        i32.add
        local.set 1
        local.get 0
        i32.const -1
        i32.xor
        local.get 2
        i32.add
        local.set 0
        f64.const 0x1.999999999999ap-4 (;=0.1;)
        local.set 6
        loop ;; label = @3
          local.get 1
          i32.const 1
          i32.sub
          i32.load8_u
          local.tee 3
          i32.const 58
          i32.sub
          i32.const 255
          i32.and
          i32.const 246
          i32.lt_u
          br_if 1 (;@2;)
          i32.const 71844
          local.get 1
          i32.store
          local.get 1
          i32.const 1
          i32.add
          local.set 1
          local.get 3
          i32.const 48
          i32.sub
          f64.convert_i32_s
          local.get 6
          f64.mul
          local.get 5
          f64.add
          local.set 5
          local.get 6
          f64.const 0x1.999999999999ap-4 (;=0.1;)
          f64.mul
          local.set 6
          local.get 0
          i32.const 1
          i32.sub
          local.tee 0
          br_if 0 (;@3;)
        end
      end
      i32.const 71848
      i32.const 71848
      f64.load
      local.get 5
      f64.neg
      local.get 5
      local.get 4
      i32.const 45
      i32.eq
      select
      f64.add
      f64.store
      return
    end
    call 4
  )
  (func (;2;) (type 0)
    (local i32 i32 i32)
    block ;; label = @1
      i32.const 71844
      i32.load
      local.tee 0
      i32.const 71840
      i32.load
      local.tee 1
      i32.ge_u
      br_if 0 (;@1;)
      local.get 1
      local.get 0
      i32.sub
      local.set 1
      loop ;; label = @2
        local.get 0
        i32.load8_u
        i32.const 9
        i32.sub
        local.tee 2
        i32.const 23
        i32.gt_u
        br_if 1 (;@1;)
        i32.const 1
        local.get 2
        i32.shl
        i32.const 8388611
        i32.and
        i32.eqz
        br_if 1 (;@1;)
        i32.const 71844
        local.get 0
        i32.const 1
        i32.add
        local.tee 0
        i32.store
        local.get 1
        i32.const 1
        i32.sub
        local.tee 1
        br_if 0 (;@2;)
      end
    end
  )
  (func (;3;) (type 2) (result i32)
    (local i32 i32)
    i32.const -1
    local.set 0
    i32.const 71844
    i32.load
    local.tee 1
    i32.const 71840
    i32.load
    i32.lt_u
    if (result i32) ;; label = @1
      local.get 1
      i32.load8_s
    else
      local.get 0
    end
  )
  (func (;4;) (type 0)
    (local i32 i32 i32 i32)
    block ;; label = @1
      i32.const 71844
      i32.load
      i32.const 1
      i32.add
      local.tee 0
      i32.const 71840
      i32.load
      local.tee 2
      i32.ge_u
      br_if 0 (;@1;)
      i32.const 71856
      i32.load
      i32.const 1
      i32.add
      local.set 1
      loop ;; label = @2
        block ;; label = @3
          local.get 0
          i32.load8_u
          local.tee 3
          i32.const 92
          i32.ne
          if ;; label = @4
            local.get 3
            i32.const 34
            i32.ne
            br_if 1 (;@3;)
            br 3 (;@1;)
          end
          local.get 0
          i32.const 1
          i32.add
          local.set 0
        end
        i32.const 71856
        local.get 1
        i32.store
        i32.const 71844
        local.get 0
        i32.const 1
        i32.add
        local.tee 0
        i32.store
        local.get 1
        i32.const 1
        i32.add
        local.set 1
        local.get 0
        local.get 2
        i32.lt_u
        br_if 0 (;@2;)
      end
    end
    i32.const 71844
    local.get 0
    i32.const 1
    i32.add
    i32.store
  )
  (data (;0;) (i32.const 1024) "{\22id\22: 1234, \22name\22: \22some \5c\22name\5c\22 here\22, \22v\22: [1.5, -2, 33.25, true, null, {\22k\22:[]}], \22z\22: false}, ")
  (@producers
    (processed-by "Debian clang" "14.0.6")
  )
)
