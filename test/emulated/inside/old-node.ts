/**
 * The newest armv7 Node that the npm registry has (20.11) is older than the one that we ask for (20.19), and lacks one
 * function that we import: zlib.crc32. Loaded by --import, this adds it, and nothing where it is there.
 */
import { register } from 'node:module'
import * as zlib from 'node:zlib'

if (!('crc32' in zlib)) register(new URL('./old-node-hooks.js', import.meta.url))
