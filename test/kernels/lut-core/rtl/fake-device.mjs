// A device that speaks the protocol badly, in the way its first argument says. argv: kind, hello payload as hex, a file for
// its process id.
import { writeFileSync } from 'node:fs'
import { encodeFrame } from '../../../../dist/kernels/lut-core/rtl/frame.js'

const [, , kind, hello, pidFile] = process.argv
if (pidFile) writeFileSync(pidFile, `${process.pid}`)
let bytes = Buffer.alloc(0)

process.stdin.on('data', (part) => {
  bytes = Buffer.concat([bytes, part])
  while (bytes.length >= 8 && bytes.length >= 12 + bytes.readUInt32LE(4)) {
    const length = bytes.readUInt32LE(4)
    answer(bytes[2], bytes[3])
    bytes = bytes.subarray(12 + length)
  }
})
process.stdin.on('end', () => kind.startsWith('hang') || process.exit(0))

function answer(request, number) {
  if (kind === 'hang at once') return
  if (kind === 'die at once') {
    console.error('no power')
    process.exit(3)
  }
  if (request === 1) write(encodeFrame(0x81, number, Buffer.from(hello, 'hex')))
  if (kind === 'unasked') setTimeout(write, 50, Buffer.from('still here'))
  if (request === 1) return
  const sums = Buffer.alloc(4 + 4 * 2 * 8)
  const frame = Buffer.from(encodeFrame(0x82, number, sums))
  switch (kind) {
    case 'hang':
      return
    case 'die half way':
      process.stdout.write(frame.subarray(0, 20), () => process.exit(1))
      return
    case 'garbage':
      return write(Buffer.from('Segmentation fault'))
    case 'wrong size':
      return write(encodeFrame(0x82, number, sums.subarray(4)))
    case 'refuse':
      return write(encodeFrame(0xff, number, Buffer.from('too hot')))
    case 'honest':
      return write(frame)
  }
}

function write(part) {
  process.stdout.write(part)
}
