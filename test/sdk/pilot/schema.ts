/** A plain check of the JSON Schema subset that the pilot uses: the first violation as text, or undefined. */
type Schema = Readonly<Record<string, unknown>>

export function violation(schema: Schema, value: unknown, path = '$'): string | undefined {
  const fail = (why: string) => `${path}: ${why}, found ${JSON.stringify(value)}`
  if (Array.isArray(schema.anyOf)) {
    return schema.anyOf.some((s: Schema) => violation(s, value, path) === undefined)
      ? undefined
      : fail('none of the alternatives')
  }
  if ('const' in schema) return value === schema.const ? undefined : fail(`not ${schema.const}`)
  if (Array.isArray(schema.enum)) return schema.enum.includes(value) ? undefined : fail(`not one of ${schema.enum}`)
  if (schema.type === 'array') {
    if (!Array.isArray(value)) return fail('no array')
    if (value.length < Number(schema.minItems ?? 0) || value.length > Number(schema.maxItems ?? 1e9))
      return fail('length')
    for (const [i, item] of value.entries()) {
      const inner = violation(schema.items as Schema, item, `${path}[${i}]`)
      if (inner) return inner
    }
    return undefined
  }
  if (schema.type === 'object') {
    if (typeof value !== 'object' || value === null) return fail('no object')
    const properties = schema.properties as Record<string, Schema>
    // Constrained decoding writes the keys in the order of the schema.
    if (Object.keys(value).join() !== Object.keys(properties).join())
      return fail(`keys are not ${Object.keys(properties)}`)
    for (const [key, inner] of Object.entries(properties)) {
      const bad = violation(inner, (value as Record<string, unknown>)[key], `${path}.${key}`)
      if (bad) return bad
    }
    return undefined
  }
  if (schema.type === 'string') {
    if (typeof value !== 'string') return fail('no string')
    return value.length < Number(schema.minLength ?? 0) || value.length > Number(schema.maxLength ?? 1e9)
      ? fail('length')
      : undefined
  }
  if (typeof value !== 'number' || (schema.type === 'integer' && !Number.isInteger(value)))
    return fail(`no ${schema.type}`)
  return value < Number(schema.minimum) || value > Number(schema.maximum) ? fail('range') : undefined
}
