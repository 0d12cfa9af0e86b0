/**
 * Counts what a program of linear.cpp's arguments executes under qemu-user, by two runs that differ in one number only, so
 * that start, packing and loading fall out.
 * gives instructions per weight (and token) of one linear, and of one preparation of its input
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** `run`: { plugin, cpu, program, isa }. A count is exact: the same run gives the same number. */
export function countKernel(run, kernel, rows, cols, tokens = 1) {
  const count = (prepares, linears) => {
    const out = `${run.plugin}.count`
    execFileSync(
      'qemu-aarch64',
      [
        '-cpu',
        run.cpu,
        '-plugin',
        `file=${run.plugin},out=${out}`,
        run.program,
        kernel,
        rows,
        cols,
        prepares,
        linears,
        ...(tokens === 1 ? [] : [tokens]),
      ].map(String),
      { env: { ...process.env, LUTRA_ISA: run.isa }, stdio: ['ignore', 'ignore', 'inherit'] },
    )
    return Number(readFileSync(out, 'utf8'))
  }
  const once = count(1, 1)
  return { linear: (count(1, 3) - once) / 2 / (rows * cols * tokens), prepare: (count(3, 1) - once) / 2 / tokens }
}

/** The kernels a program names. */
export function listKernels(run) {
  return String(execFileSync('qemu-aarch64', ['-cpu', run.cpu, run.program, 'list']))
    .trim()
    .split('\n')
}
