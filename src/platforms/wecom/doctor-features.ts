import type { Bilingual } from '../shared/bilingual.js'
import type { Finding } from '../shared/finding.js'
import type { WecomClient } from './client.js'
import { foundOf, notChecked } from './doctor-finding.js'
import { WecomApiError } from './errors.js'

interface Feature {
  check: string
  name: Bilingual
  /** A read that needs the permission and changes nothing; gives how much there is. */
  try(client: WecomClient): Promise<number>
  /** What to do when there is nothing. */
  none?: Bilingual
}

const FEATURES: readonly Feature[] = [
  {
    check: 'permission.customers',
    name: { zh: '客户联系', en: 'customers' },
    try: async (client) => (await client.contacts.followUsers()).length,
    none: {
      zh: '在 客户与上下游 > 客户联系 > 权限配置 加入成员，并确保其在应用可见范围内',
      en: 'Add members at 客户与上下游 > 客户联系 > 权限配置, inside the app’s visible range',
    },
  },
  {
    check: 'permission.tags',
    name: { zh: '企业标签', en: 'corporation tags' },
    try: async (client) => (await client.tags.list()).length,
  },
  {
    check: 'permission.groups',
    name: { zh: '客户群', en: 'customer groups' },
    try: async (client) => (await client.groups.list({ count: 1 })).items.length,
  },
  {
    check: 'permission.desk',
    name: { zh: '微信客服', en: 'the desk' },
    try: async (client) => (await client.desk.list()).length,
  },
]

/** Whether the app is on the lists 可调用接口的应用 of the features, found out by reading. */
export async function checkFeatures(client: WecomClient): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const feature of FEATURES) findings.push(await checkFeature(client, feature))
  return findings
}

async function checkFeature(client: WecomClient, feature: Feature): Promise<Finding> {
  const { check, name, none } = feature
  try {
    const count = await feature.try(client)
    if (count === 0 && none) {
      return { check, state: 'warn', found: { zh: `${name.zh}：没有可用成员`, en: `${name.en}: no member` }, fix: none }
    }
    return { check, state: 'ok', found: { zh: `可调用${name.zh}`, en: `${name.en} may be called` } }
  } catch (error) {
    if (!(error instanceof WecomApiError) || error.class !== 'permission') return notChecked(check, error)
    const found = foundOf(error)
    return {
      check,
      state: 'warn',
      found: { zh: `${name.zh}：${found.zh}`, en: `${name.en}: ${found.en}` },
      fix: error.remedy,
    }
  }
}
