/** What the pilot cannot be asked for: it writes robot actions and nothing else. */
export const pilotRefusals = {
  tools: 'the pilot answers with its own actions; use a chat model',
  response_format: 'the pilot answers with a JSON list of actions; leave it out',
  logprobs: 'leave it out with the pilot',
}
