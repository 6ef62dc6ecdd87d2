import { ApiProblem } from '../../api/problem.js'

/** Refusals that a part of the page says in its own words. */
const OWN: Readonly<Record<string, string>> = { 'group-send.schedule': 'group-send.over' }

/**
 * A refusal by state, version or rights in the words of this part alone; what the API advises there is for the command
 * line. What is wrong in fields stays.
 */
export function plain(problem: ApiProblem): ApiProblem {
  const { status, code, message } = problem
  return status === 409 || status === 403 ? new ApiProblem(status, OWN[code] ?? code, message) : problem
}
