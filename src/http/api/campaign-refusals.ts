import { ApiError } from './route.js'

const STATUS: Readonly<Record<string, number>> = {
  'campaign.unknown': 404,
  'campaign.four-eyes': 403,
  'campaign.invalid': 422,
  'campaign.person': 422,
  'campaign.busy': 429,
}

interface Refused extends Error {
  code: string
  fix?: string
  faults?: readonly { field: string; message: string; fix?: string }[]
  differences?: readonly { field: string; stored: unknown; given: unknown }[]
}

/** A refusal of the campaigns as one of the API, with every field it is about. */
export async function refusable<T>(doing: Promise<T>): Promise<T> {
  try {
    return await doing
  } catch (error) {
    if (!isRefused(error)) throw error
    const { code, message, fix, faults = [], differences = [] } = error
    const differ = differences.map(({ field, stored, given }) => ({
      field,
      message: `stored: ${JSON.stringify(stored) ?? 'nothing'}; sent: ${JSON.stringify(given) ?? 'nothing'}`,
    }))
    const problems: { field: string; message: string; fix?: string }[] = [...faults, ...differ]
    if (problems.length === 0 && fix !== undefined) problems.push({ field: '', message, fix })
    throw new ApiError(STATUS[code] ?? 409, code, message, {
      problems,
      ...(code === 'campaign.busy' && { retryAfterSeconds: 1 }),
    })
  }
}

function isRefused(error: unknown): error is Refused {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('campaign.')
  )
}
