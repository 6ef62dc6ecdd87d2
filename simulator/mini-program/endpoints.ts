import { accountEndpoints } from '../official-account/api/account.js'
import type { Endpoint } from '../official-account/api/answer.js'
import { mediaEndpoints } from '../official-account/api/media.js'
import { newTemplateEndpoints } from '../official-account/api/new-template.js'
import { quotaEndpoints } from '../official-account/api/quota.js'
import { visitEndpoints } from './datacube.js'
import { linkEndpoints } from './links.js'
import { miniMessageEndpoints } from './messages.js'
import { orderEndpoints } from './orders.js'
import { parcelEndpoints } from './parcels.js'
import { peopleEndpoints } from './people.js'

/** The API of a mini program. */
export const miniProgramEndpoints: Record<string, Endpoint> = {
  ...accountEndpoints,
  ...quotaEndpoints,
  '/cgi-bin/media/upload': media('/cgi-bin/media/upload'),
  '/cgi-bin/media/get': media('/cgi-bin/media/get'),
  ...newTemplateEndpoints,
  ...linkEndpoints,
  ...miniMessageEndpoints,
  ...orderEndpoints,
  ...parcelEndpoints,
  ...peopleEndpoints,
  ...visitEndpoints,
}

function media(path: string): Endpoint {
  const found = mediaEndpoints[path]
  if (!found) throw new Error(`${path} is not served`)
  return found
}
