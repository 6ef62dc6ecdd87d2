import { ArrowDownOutlined, ArrowUpOutlined, CloseOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Dropdown, Segmented } from 'antd'
import type { FieldProblem } from '../../api/problem.js'
import { useWords } from '../../words/use-words.js'
import type { AnyWord } from '../../words/words.js'
import { LeafInputs } from './leaf-inputs.js'
import {
  add,
  childrenOf,
  type Draft,
  FRESH,
  GROUPS,
  type Group,
  groupOf,
  isDraft,
  LEAVES,
  type Leaf,
  leafOf,
  move,
  nameOf,
  type Place,
  put,
  sizeOf,
} from './tree.js'
import { useKnown } from './vocabulary.js'

const GROUP_WORDS = {
  all: 'seg.group.all',
  any: 'seg.group.any',
  not: 'seg.group.not',
} as const satisfies Record<Group, AnyWord>

const LEAF_WORDS = {
  profile: 'seg.leaf.profile',
  tag: 'seg.leaf.tag',
  follow: 'seg.leaf.follow',
  consent: 'seg.leaf.consent',
  event: 'seg.leaf.event',
  last: 'seg.leaf.last',
  sum: 'seg.leaf.sum',
  sequence: 'seg.leaf.sequence',
  segment: 'seg.leaf.segment',
  reachable: 'seg.leaf.reachable',
  bucket: 'seg.leaf.bucket',
} as const satisfies Record<Leaf, AnyWord>

interface BuilderProps {
  rule: Draft
  change(rule: Draft): void
  off: boolean
  problems: readonly FieldProblem[]
}

/** A rule as nested groups of conditions, each with inputs that fit, and with what is wrong beside it. */
export function RuleBuilder(props: BuilderProps) {
  const { t } = useWords()
  const { rule, problems } = props
  const { depth, leaves } = useKnown()
  const size = sizeOf(rule)
  return (
    <div className="seg-rule" data-testid="rule">
      {groupOf(rule) === undefined ? (
        <LeafNode {...props} node={rule} place={[]} alone />
      ) : (
        <GroupNode {...props} node={rule} place={[]} depth={1} full={size.leaves >= leaves} most={depth} />
      )}
      <ProblemLines of={problems.filter(({ field }) => field === 'rule' || field === '')} />
      <div className="quiet">
        {t('seg.size', { leaves: size.leaves, most: leaves, depth: size.depth, deepest: depth })}
      </div>
    </div>
  )
}

interface NodeProps extends BuilderProps {
  node: Draft
  place: Place
}

function GroupNode(props: NodeProps & { depth: number; full: boolean; most: number }) {
  const { node, place, rule, change, off, depth, full, most, problems } = props
  const { t } = useWords()
  const group = groupOf(node) ?? 'all'
  const inner = childrenOf(node)
  const at = [...place, group]
  const more = [
    ...LEAVES.map((leaf) => ({ key: leaf, label: t(LEAF_WORDS[leaf]) })),
    { type: 'divider' as const },
    ...GROUPS.map((name) => ({ key: `group.${name}`, label: t(GROUP_WORDS[name]), disabled: depth + 2 > most })),
  ]
  const addOne = (key: string) => {
    const name = GROUPS.find((each) => key === `group.${each}`)
    const leaf = LEAVES.find((each) => key === each)
    if (name) change(add(rule, place, { [name]: [{ tag: FRESH.tag }] }))
    else if (leaf) change(add(rule, place, { [leaf]: FRESH[leaf] }))
  }
  return (
    <fieldset className="seg-group" data-group={group}>
      <legend className="hidden">{t(GROUP_WORDS[group])}</legend>
      <header>
        <Segmented
          size="small"
          value={group}
          disabled={off}
          options={GROUPS.map((name) => ({ value: name, label: t(GROUP_WORDS[name]) }))}
          onChange={(name) => change(put(rule, place, { [name]: inner }))}
        />
        {place.length > 0 && <Tools {...props} />}
      </header>
      {inner.map((child, index) => {
        const spot = [...at, index]
        return (
          <div key={nameOf(spot)} className="seg-node">
            {groupOf(child) === undefined ? (
              <LeafNode {...props} node={child} place={spot} alone={inner.length === 1 && place.length === 0} />
            ) : (
              <GroupNode {...props} node={child} place={spot} depth={depth + 1} />
            )}
          </div>
        )
      })}
      <ProblemLines of={problems.filter(({ field }) => field === nameOf(at))} />
      {!off && (
        <Dropdown
          trigger={['click']}
          disabled={full}
          menu={{ items: more, onClick: ({ key }) => addOne(key), className: 'seg-menu' }}
        >
          <Button size="small" icon={<PlusOutlined />} data-testid="add-condition">
            {t('seg.add')}
          </Button>
        </Dropdown>
      )}
    </fieldset>
  )
}

function LeafNode(props: NodeProps & { alone: boolean }) {
  const { node, place, rule, change, off, problems, alone } = props
  const { t } = useWords()
  const kind = leafOf(node)
  const name = nameOf(place)
  const own = problems.filter(
    ({ field }) => field === name || field.startsWith(`${name}.`) || field.startsWith(`${name}[`),
  )
  if (kind === undefined) {
    return (
      <div className="seg-leaf">
        <code>{JSON.stringify(node)}</code>
        <ProblemLines of={own} />
      </div>
    )
  }
  const value = node[kind]
  return (
    <div className={own.length > 0 && place.length > 0 ? 'seg-leaf wrong' : 'seg-leaf'} data-leaf={kind}>
      <header>
        <b>{t(LEAF_WORDS[kind])}</b>
        {!alone && <Tools {...props} />}
      </header>
      <div className="seg-inputs">
        <LeafInputs
          kind={kind}
          value={isDraft(value) ? value : {}}
          off={off}
          change={(next) => change(put(rule, [...place, kind], next))}
        />
      </div>
      {place.length > 0 && <ProblemLines of={own} />}
    </div>
  )
}

/** Up, down, away. */
function Tools({ rule, place, change, off }: NodeProps) {
  const { t } = useWords()
  if (off) return null
  const button = { size: 'small', type: 'text' } as const
  return (
    <span className="seg-tools">
      <Button
        {...button}
        icon={<ArrowUpOutlined />}
        aria-label={t('seg.up')}
        onClick={() => change(move(rule, place, -1))}
      />
      <Button
        {...button}
        icon={<ArrowDownOutlined />}
        aria-label={t('seg.down')}
        onClick={() => change(move(rule, place, 1))}
      />
      <Button
        {...button}
        icon={<CloseOutlined />}
        aria-label={t('seg.remove')}
        onClick={() => change(put(rule, place, undefined))}
      />
    </span>
  )
}

function ProblemLines({ of }: { of: readonly FieldProblem[] }) {
  if (of.length === 0) return null
  return (
    <ul className="seg-problems" role="alert">
      {of.map(({ field, message, fix }) => (
        <li key={`${field}${message}`}>
          {message} {fix !== undefined && <span className="quiet">{fix}</span>}
        </li>
      ))}
    </ul>
  )
}
