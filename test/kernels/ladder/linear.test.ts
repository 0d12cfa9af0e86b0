/** Ladder's WebAssembly kernels at two odd shapes; linear.long.test.ts has more of them. */
import { checkLinears } from './linear-check.js'

checkLinears(
  'linears compiled to WebAssembly',
  [
    { rows: 17, groups: 3 },
    { rows: 3, groups: 130 },
  ],
  5,
)
