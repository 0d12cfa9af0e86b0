/**
 * How a general model is told what the robot can do; the pilot needs none of this, it was trained on its skills.
 * takes  a SkillSet, an instruction · gives  a prompt
 */
import type { SkillSet } from '../action/index.js'

export function instructionPrompt({ skills }: SkillSet, instruction: string): string {
  const lines = [...skills.values()].map(
    ({ name, description, properties, alone }) =>
      `- ${name}: ${description}${alone ? ' (the only action then)' : ''}. Arguments: ${JSON.stringify(properties)}`,
  )
  return (
    `You control a robot. Answer with a JSON array of actions and nothing else. The actions:\n${lines.join('\n')}\n` +
    `Units are metres, degrees and seconds; forward and left are positive.\nInstruction: ${instruction}\nActions: `
  )
}
