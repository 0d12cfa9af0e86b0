/** How much a safetensors file may ask for, each bound with its reason. */

/** The format's own bound on its header; known ones stay below 10 MB. */
export const maxHeaderBytes = 100_000_000

/** Four tensors for each matrix of a quantized model of 130 layers are below 8000; a mixture of experts has more. */
export const maxTensors = 262_144

/** Published tensors have at most 5 (convolutions over video). */
export const maxDims = 8

export const maxNameBytes = 512

/** The header is an object of objects that hold lists. */
export const maxHeaderDepth = 3

/** The largest published models come in fewer than 300 files. */
export const maxShards = 1024

/** The index of a model of 262 144 tensors, 128 bytes a name. */
export const maxIndexBytes = 64 * 1024 * 1024
