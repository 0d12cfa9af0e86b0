/**
 * Perplexities measured by bench/lut-core-quality.mjs, as data: what it printed.
 * after  ./table-5
 */

export interface Measured {
  /** `float`: as the model has them; `ternary`: as the pilot has them; W2, W4: rounded to the nearest code, untrained. */
  readonly weights: 'float' | 'ternary' | 'W2' | 'W4'
  readonly activation: 'f32' | 'i8' | 'i16' | 'f16' | 'e4m3' | 'e5m2'
  /** `none`: plain products; `float`: entries of halves; 8 bits by a power of two of each table, or a scale of each token. */
  readonly tables: 'none' | 'exact' | 'float' | 'shift8' | 'scale8'
  readonly perplexity: number
}

export interface Quality {
  readonly model: string
  readonly text: string
  /** That were scored. */
  readonly tokens: number
  readonly command: string
  readonly results: readonly Measured[]
}

export const quality: readonly Quality[] = [
  {
    model: 'stories260K',
    text: 'tinystories_197k.txt',
    tokens: 1512,
    command: 'node bench/lut-core-quality.mjs stories260Ktok512.gguf tinystories_197k.txt 1500 4',
    results: [
      { weights: 'float', activation: 'f32', tables: 'none', perplexity: 4.349412 },
      { weights: 'W4', activation: 'i8', tables: 'exact', perplexity: 4.706504 },
      { weights: 'W4', activation: 'i8', tables: 'shift8', perplexity: 4.715714 },
      { weights: 'W4', activation: 'i8', tables: 'scale8', perplexity: 4.697846 },
      { weights: 'W4', activation: 'i16', tables: 'exact', perplexity: 4.703496 },
      { weights: 'W4', activation: 'i16', tables: 'shift8', perplexity: 4.713437 },
      { weights: 'W4', activation: 'i16', tables: 'scale8', perplexity: 4.698494 },
      { weights: 'W4', activation: 'f16', tables: 'exact', perplexity: 4.703347 },
      { weights: 'W4', activation: 'f16', tables: 'float', perplexity: 4.703615 },
      { weights: 'W4', activation: 'f16', tables: 'shift8', perplexity: 4.709555 },
      { weights: 'W4', activation: 'f16', tables: 'scale8', perplexity: 4.715659 },
      { weights: 'W4', activation: 'e4m3', tables: 'exact', perplexity: 4.715182 },
      { weights: 'W4', activation: 'e4m3', tables: 'shift8', perplexity: 4.71305 },
      { weights: 'W4', activation: 'e4m3', tables: 'scale8', perplexity: 4.718542 },
      { weights: 'W4', activation: 'e5m2', tables: 'exact', perplexity: 4.760323 },
      { weights: 'W4', activation: 'e5m2', tables: 'shift8', perplexity: 4.741748 },
      { weights: 'W4', activation: 'e5m2', tables: 'scale8', perplexity: 4.788188 },
    ],
  },
  {
    model: 'stories260K',
    text: 'tinystories_197k.txt',
    tokens: 756,
    command: 'node bench/lut-core-quality.mjs stories260Ktok512.gguf tinystories_197k.txt 750 2 f16,i8',
    results: [
      { weights: 'float', activation: 'f32', tables: 'none', perplexity: 4.388221 },
      { weights: 'W2', activation: 'f16', tables: 'exact', perplexity: 342.5641 },
      { weights: 'W2', activation: 'f16', tables: 'float', perplexity: 342.5124 },
      { weights: 'W2', activation: 'f16', tables: 'shift8', perplexity: 344.4192 },
      { weights: 'W2', activation: 'f16', tables: 'scale8', perplexity: 342.0637 },
      { weights: 'W2', activation: 'i8', tables: 'exact', perplexity: 343.2988 },
      { weights: 'W2', activation: 'i8', tables: 'shift8', perplexity: 345.0228 },
      { weights: 'W2', activation: 'i8', tables: 'scale8', perplexity: 346.2615 },
    ],
  },
  {
    model: 'pilot',
    text: 'its held-out instructions',
    tokens: 407,
    command: 'node bench/lut-core-quality.mjs pilot heldout 400 2 i8,f16',
    results: [
      { weights: 'float', activation: 'f32', tables: 'none', perplexity: 1.02959 },
      { weights: 'ternary', activation: 'i8', tables: 'exact', perplexity: 1.029548 },
      { weights: 'ternary', activation: 'i8', tables: 'shift8', perplexity: 1.029356 },
      { weights: 'ternary', activation: 'i8', tables: 'scale8', perplexity: 1.029514 },
      { weights: 'ternary', activation: 'f16', tables: 'exact', perplexity: 1.029602 },
      { weights: 'ternary', activation: 'f16', tables: 'float', perplexity: 1.029592 },
    ],
  },
]
