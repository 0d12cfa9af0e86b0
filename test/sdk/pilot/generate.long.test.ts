/** generate.test.ts with ten times as many samples. */
process.env.LUTRA_SAMPLE_ROUNDS = '10'
await import('./generate.test.js')
