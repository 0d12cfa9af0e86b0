/**
 * How a general model is told what the robot can do; the pilot needs none of this, it was trained on its skills.
 * takes  skills, an instruction · gives  a prompt, and the schema that its answer is held to
 */
import { actionsSchema, type Skills } from '../robot/skills.js'

export function instructionPrompt(skills: Skills, instruction: string): string {
  const lines = Object.entries(skills).map(
    ([name, { description, parameters }]) =>
      `- ${name}: ${description}. Arguments: ${JSON.stringify(parameters.properties ?? {})}`,
  )
  return (
    `You control a robot. Answer with a JSON array of actions and nothing else. The actions:\n${lines.join('\n')}\n` +
    `Units are metres, degrees and seconds; forward and left are positive.\nInstruction: ${instruction}\nActions: `
  )
}

export function planSchema(skills: Skills): unknown {
  return actionsSchema(skills)
}
