;; sha.c by Debian clang version 14.0.6: clang --target=wasm32 -O2 -nostdlib -fno-builtin -Wl,--no-entry -Wl,--strip-debug -Wl,-z,stack-size=65536
(module
  (type (;0;) (func (param i32) (result f64)))
  (memory (;0;) 3)
  (global (;0;) (mut i32) i32.const 132448)
  (export "memory" (memory 0))
  (export "run" (func 0))
  (func (;0;) (type 0) (param i32) (result f64)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
    global.get 0
    i32.const 256
    i32.sub
    local.tee 5
    global.set 0
    i32.const 1161830751
    local.set 1
    loop ;; label = @1
      local.get 2
      i32.const 1036
      i32.add
      local.get 1
      i32.const 2027808452
      i32.add
      i32.store
      local.get 2
      i32.const 1032
      i32.add
      local.get 1
      i32.store
      local.get 2
      i32.const 1028
      i32.add
      local.get 1
      i32.const 2027808452
      i32.sub
      i32.store
      local.get 2
      i32.const 1024
      i32.add
      local.get 1
      i32.const 239350392
      i32.add
      i32.store
      local.get 1
      i32.const 478700784
      i32.sub
      local.set 1
      local.get 2
      i32.const 16
      i32.add
      local.tee 2
      i32.const 256
      i32.ne
      br_if 0 (;@1;)
    end
    i32.const 3
    local.set 1
    loop ;; label = @1
      local.get 1
      i32.const 1280
      i32.add
      local.get 1
      i32.const 31
      i32.mul
      local.tee 2
      i32.store8
      local.get 1
      i32.const 1279
      i32.add
      local.get 2
      i32.const 31
      i32.sub
      i32.store8
      local.get 1
      i32.const 1278
      i32.add
      local.get 2
      i32.const 62
      i32.sub
      i32.store8
      local.get 1
      i32.const 1277
      i32.add
      local.get 2
      i32.const 93
      i32.sub
      i32.store8
      local.get 1
      i32.const 4
      i32.add
      local.tee 1
      i32.const 65539
      i32.ne
      br_if 0 (;@1;)
    end
    block ;; label = @1
      local.get 0
      i32.const 0
      i32.le_s
      if ;; label = @2
        i32.const 66816
        i32.load
        local.set 4
        br 1 (;@1;)
      end
      local.get 5
      i32.const 4
      i32.or
      local.set 23
      i32.const 66816
      i32.load
      local.set 4
      i32.const 66832
      i32.load
      local.set 9
      i32.const 66840
      i32.load
      local.set 10
      i32.const 66848
      i32.load
      local.set 11
      i32.const 66864
      i32.load
      local.set 12
      i32.const 66880
      i32.load
      local.set 13
      i32.const 66888
      i32.load
      local.set 14
      i32.const 66896
      i32.load
      local.set 15
      loop ;; label = @2
        i32.const 0
        local.set 16
        loop ;; label = @3
          i32.const 0
          local.set 1
          loop ;; label = @4
            local.get 1
            local.get 5
            i32.add
            local.get 1
            local.get 16
            i32.add
            i32.const 1280
            i32.add
            i32.load align=1
            local.tee 2
            i32.const 24
            i32.shl
            local.get 2
            i32.const 8
            i32.shl
            i32.const 16711680
            i32.and
            i32.or
            local.get 2
            i32.const 8
            i32.shr_u
            i32.const 65280
            i32.and
            local.get 2
            i32.const 24
            i32.shr_u
            i32.or
            i32.or
            i32.store
            local.get 1
            i32.const 4
            i32.add
            local.tee 1
            i32.const 64
            i32.ne
            br_if 0 (;@4;)
          end
          i32.const 0
          local.set 3
          local.get 5
          i32.load
          local.tee 17
          local.set 2
          loop ;; label = @4
            local.get 3
            local.get 5
            i32.add
            local.tee 1
            i32.const -64
            i32.sub
            local.get 1
            i32.const 36
            i32.add
            i32.load
            local.get 2
            i32.add
            local.get 1
            i32.const 4
            i32.add
            i32.load
            local.tee 2
            i32.const 25
            i32.rotl
            local.get 2
            i32.const 14
            i32.rotl
            i32.xor
            local.get 2
            i32.const 3
            i32.shr_u
            i32.xor
            i32.add
            local.get 1
            i32.const 56
            i32.add
            i32.load
            local.tee 1
            i32.const 15
            i32.rotl
            local.get 1
            i32.const 13
            i32.rotl
            i32.xor
            local.get 1
            i32.const 10
            i32.shr_u
            i32.xor
            i32.add
            i32.store
            local.get 3
            i32.const 4
            i32.add
            local.tee 3
            i32.const 192
            i32.ne
            br_if 0 (;@4;)
          end
          i32.const 0
          local.set 3
          local.get 15
          local.set 21
          local.get 14
          local.set 18
          local.get 13
          local.set 19
          local.get 12
          local.set 1
          local.get 11
          local.set 6
          local.get 10
          local.set 7
          local.get 9
          local.set 8
          local.get 4
          local.set 2
          loop ;; label = @4
            local.get 3
            i32.const 1024
            i32.add
            i32.load
            local.get 17
            local.get 21
            i32.add
            local.get 1
            local.get 19
            i32.and
            i32.add
            local.get 18
            local.get 1
            i32.const -1
            i32.xor
            i32.and
            i32.add
            local.get 1
            i32.const 26
            i32.rotl
            local.get 1
            i32.const 21
            i32.rotl
            i32.xor
            local.get 1
            i32.const 7
            i32.rotl
            i32.xor
            i32.add
            i32.add
            local.tee 17
            local.get 2
            i32.const 30
            i32.rotl
            local.get 2
            i32.const 19
            i32.rotl
            i32.xor
            local.get 2
            i32.const 10
            i32.rotl
            i32.xor
            local.get 7
            local.get 8
            i32.xor
            local.get 2
            i32.and
            local.get 7
            local.get 8
            i32.and
            i32.xor
            i32.add
            i32.add
            local.set 22
            local.get 6
            local.get 17
            i32.add
            local.set 6
            local.get 3
            i32.const 252
            i32.eq
            i32.eqz
            if ;; label = @5
              local.get 3
              local.get 23
              i32.add
              i32.load
              local.set 17
              local.get 3
              i32.const 4
              i32.add
              local.set 3
              local.get 18
              local.set 21
              local.get 19
              local.set 18
              local.get 1
              local.set 19
              local.get 6
              local.set 1
              local.get 7
              local.set 6
              local.get 8
              local.set 7
              local.get 2
              local.set 8
              local.get 22
              local.set 2
              br 1 (;@4;)
            end
          end
          local.get 15
          local.get 18
          i32.add
          local.set 15
          local.get 14
          local.get 19
          i32.add
          local.set 14
          local.get 1
          local.get 13
          i32.add
          local.set 13
          local.get 6
          local.get 12
          i32.add
          local.set 12
          local.get 7
          local.get 11
          i32.add
          local.set 11
          local.get 8
          local.get 10
          i32.add
          local.set 10
          local.get 2
          local.get 9
          i32.add
          local.set 9
          local.get 4
          local.get 22
          i32.add
          local.set 4
          local.get 16
          i32.const 65472
          i32.lt_u
          local.set 1
          local.get 16
          i32.const -64
          i32.sub
          local.set 16
          local.get 1
          br_if 0 (;@3;)
        end
        local.get 20
        i32.const 1
        i32.add
        local.tee 20
        local.get 0
        i32.ne
        br_if 0 (;@2;)
      end
      i32.const 66832
      local.get 9
      i32.store
      i32.const 66816
      local.get 4
      i32.store
      i32.const 66840
      local.get 10
      i32.store
      i32.const 66848
      local.get 11
      i32.store
      i32.const 66864
      local.get 12
      i32.store
      i32.const 66880
      local.get 13
      i32.store
      i32.const 66888
      local.get 14
      i32.store
      i32.const 66896
      local.get 15
      i32.store
    end
    local.get 5
    i32.const 256
    i32.add
    global.set 0
    local.get 4
    f64.convert_i32_u
  )
  (@producers
    (processed-by "Debian clang" "14.0.6")
  )
)
