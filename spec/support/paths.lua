-- What a plain `busted --lua=lua5.4` needs to find; `make test` sets the paths
-- before, and they win.
package.path = package.path .. ";./lua/?.lua;./lua/?/init.lua;./?.lua"
package.cpath = package.cpath .. ";./build/?.so"
