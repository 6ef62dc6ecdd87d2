import type { Platform } from '../platform.js'
import type { Corp, Scene } from './corp.js'
import { addGroup } from './groups.js'
import { addCustomer, createRelation, keepRelation, staffNamed } from './people.js'
import type { Customer, Staff } from './state.js'
import { addTags } from './tags.js'

/** How much of what. */
export interface Seed {
  customers: number
  staff?: string[] | undefined
  tags: string[]
  /** So many of the customers are the bound account's first followers. */
  followers: number
  groups: number
  /** Customers in each group. */
  members: number
  owners?: string[] | undefined
  /** Joins are spread over so many days before now. */
  joinDays: number
}

const DAY_MS = 86_400_000
const SURNAMES = '赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许'
const GIVEN = ['小雨', '晓晨', '思远', '雨桐', '子涵', '佳怡', '浩然', '梓萱', '一诺', '可欣']

/** Fills a corporation without a push: customers by turns among the members, groups by turns among the owners. */
export function seed(scene: Scene, given: Seed) {
  const { platform, corp, now } = scene
  const started = performance.now()
  const staff = (given.staff ?? [...corp.staff.keys()]).map((id) => staffNamed(corp, id)).filter((one) => one.active)
  const tags = given.tags.length > 0 ? tagIds(scene, given.tags) : []
  const followers = followersOf(platform, corp, given.followers)
  const first = corp.customers.size
  const made: Customer[] = []
  for (let index = 0; index < given.customers; index++) {
    const customer = person(corp, first + index + 1, followers[index])
    made.push(customer)
    const member = staff[index % staff.length]
    if (member) relate(member, customer, tags, now - (index % 3600) * 1000)
  }
  const owners = given.owners?.map((id) => staffNamed(corp, id)) ?? staff
  const pool = made.length > 0 ? made : [...corp.customers.values()]
  let members = 0
  for (let index = 0; index < given.groups; index++) {
    const owner = owners[index % owners.length]
    if (owner) members += fillGroup(scene, owner, index, pool, given)
  }
  const ms = Math.round(performance.now() - started)
  return { customers: made.length, relations: made.length, groups: given.groups, members, ms }
}

function tagIds(scene: Scene, names: string[]): string[] {
  const known = [...scene.corp.tagGroups.values()].find((group) => group.name === '种子')
  const have = new Map([...(known?.tags.values() ?? [])].map((tag) => [tag.name, tag.id]))
  const fresh = [...new Set(names)].filter((name) => !have.has(name)).map((name) => ({ name, order: 0 }))
  const made = fresh.length > 0 ? addTags(scene, { name: '种子', order: 0 }, fresh) : undefined
  for (const tag of made?.tags ?? []) have.set(tag.name, tag.id)
  return names.flatMap((name) => have.get(name) ?? [])
}

function followersOf(platform: Platform, corp: Corp, count: number) {
  const account = platform.accounts.get(corp.settings.boundAccount ?? '')
  const found: { name: string; unionid: string; openid: string }[] = []
  if (count === 0 || !account) return found
  for (const { name, unionid, openid } of account.followers.values()) {
    if (found.length === count) break
    if (!corp.byUnionid.has(unionid)) found.push({ name, unionid, openid })
  }
  return found
}

function person(corp: Corp, number: number, follower?: { name: string; unionid: string; openid: string }): Customer {
  const digits = String(number).padStart(7, '0')
  const name = `${SURNAMES[number % SURNAMES.length]}${GIVEN[Math.floor(number / SURNAMES.length) % GIVEN.length]}`
  return addCustomer(corp, { id: `wmSEED${digits}`, name, unionid: `uSEED${digits}`, ...follower })
}

function relate(member: Staff, customer: Customer, tags: readonly string[], addedAt: number): void {
  const relation = createRelation({ staff: member.id, customer: customer.id, way: 1, state: '', addedAt })
  const tag = tags.length > 0 ? tags[member.relations.size % tags.length] : undefined
  if (tag !== undefined) relation.tags = tagLists.get(tag) ?? keepList(tag)
  keepRelation(member, customer, relation)
}

/** One list for everybody with the same tag: lists are never changed in place. */
const tagLists = new Map<string, readonly string[]>()
function keepList(tag: string): readonly string[] {
  if (tagLists.size > 1000) tagLists.clear()
  const list = [tag]
  tagLists.set(tag, list)
  return list
}

function fillGroup({ corp, now }: Scene, owner: Staff, index: number, pool: readonly Customer[], given: Seed): number {
  const number = corp.groups.size + 1
  const id = `wrSEED${String(number).padStart(4, '0')}`
  const begun = now - given.joinDays * DAY_MS
  const group = addGroup(corp, { id, name: `种子${number}群`, owner: owner.id, at: begun })
  const most = Math.min(given.members, pool.length)
  for (let place = 0; place < most; place++) {
    const customer = pool[(index * given.members + place) % pool.length]
    if (!customer || group.members.has(customer.id)) continue
    const at = begun + Math.floor(((place + 1) / (most + 1)) * given.joinDays * DAY_MS)
    group.members.set(customer.id, { id: customer.id, staff: false, at, scene: 3 })
  }
  return group.members.size
}
