import { checkLinears } from './linear-check.js'

const rows = [1, 2, 15, 16, 17, 33, 64]
const shapes = rows.flatMap((rows) => [1, 2, 3, 5, 130].map((groups) => ({ rows, groups })))
checkLinears('linears compiled to WebAssembly, at many shapes', shapes, 9)
