import { Input, Skeleton } from 'antd'
import { useState } from 'react'
import { useCall } from '../../api/use-call.js'
import { useWords } from '../../words/use-words.js'
import { svgAddress } from './placements.js'

/** How many codes a sheet may hold. */
export const PER_PAGE = [1, 2, 4, 6, 9, 12, 20] as const

/** A code that is printed; a channel code has its account, a contact way the address of its picture. */
export interface Printed {
  key: string
  name: string
  code: string
  account?: string
  picture?: string
}

/** Sheets of A4; `copies`: each sheet is full of one code. */
export function Sheets(props: { codes: readonly Printed[]; each: number; copies: boolean; foot: boolean }) {
  const { codes, each, copies, foot } = props
  const [captions, setCaptions] = useState<Readonly<Record<string, string>>>({})
  const sheets = copies
    ? codes.map((code) => Array.from({ length: each }, () => code))
    : Array.from({ length: Math.ceil(codes.length / each) }, (_, page) => codes.slice(page * each, (page + 1) * each))
  return (
    <div className="sheets" data-testid="sheets">
      {sheets.map((sheet, page) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: sheets have no name of their own
        <section className={`sheet of-${each}`} key={page} data-testid="sheet">
          {sheet.map((code, index) => (
            <Cell
              key={`${code.key}:${
                // biome-ignore lint/suspicious/noArrayIndexKey: copies of one code are alike
                index
              }`}
              of={code}
              foot={foot}
              caption={captions[code.key] ?? code.name}
              change={(caption) => setCaptions({ ...captions, [code.key]: caption })}
            />
          ))}
        </section>
      ))}
    </div>
  )
}

function Cell({
  of,
  foot,
  caption,
  change,
}: {
  of: Printed
  foot: boolean
  caption: string
  change(caption: string): void
}) {
  const { t } = useWords()
  return (
    <figure className="cell">
      {of.picture === undefined ? <Drawn of={of} /> : <img src={of.picture} alt={t('code.of', { name: of.name })} />}
      <figcaption>
        <Input
          value={caption}
          variant="borderless"
          maxLength={40}
          aria-label={t('code.caption')}
          onChange={({ target }) => change(target.value)}
          className="print-controls"
        />
        <span className="caption">{caption}</span>
        {foot && <small>{of.code}</small>}
      </figcaption>
    </figure>
  )
}

function Drawn({ of: { account = '', code, name } }: { of: Printed }) {
  const { t } = useWords()
  const { data, problem } = useCall('drawChannelCode', { params: { account, code }, query: {} })
  if (problem) return <span className="bad">{problem.message}</span>
  if (!data) return <Skeleton.Node active />
  return <img src={svgAddress(data.svg)} alt={t('code.of', { name })} />
}
