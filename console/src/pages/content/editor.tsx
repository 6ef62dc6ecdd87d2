import { Alert, Button, Input, Skeleton } from 'antd'
import { useState } from 'react'
import { useParams } from 'react-router'
import { useCall } from '../../api/use-call.js'
import { LimitHelp } from '../../help/limit-help.js'
import { useMay } from '../../session/use-session.js'
import { ConflictDialog } from '../../shell/conflict.js'
import { Needs } from '../../shell/needs.js'
import { Page } from '../../shell/page.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords, WithWords } from '../../words/use-words.js'
import { Nothing } from '../nothing.js'
import { Actions } from './actions.js'
import { ArticleForm } from './article-form.js'
import { CardForm } from './card-form.js'
import './content.css'
import { Field } from './field.js'
import { Phone } from './phone.js'
import { ReplyForm } from './reply-form.js'
import { asText, type Content, type Item, isKind, type Kind } from './shapes.js'
import { ItemState } from './state.js'
import { TryBox } from './try-box.js'
import { useEditor } from './use-editor.js'
import { usePreview } from './use-preview.js'
import { words } from './words.js'

const FORMS = { articles: ArticleForm, cards: CardForm, replies: ReplyForm } as const
const TITLES = { articles: 'content.articles', cards: 'content.cards', replies: 'content.replies' } as const
const NEW = { articles: 'content.new-article', cards: 'content.new-card', replies: 'content.new-reply' } as const
const FRESH: Readonly<Record<Kind, Content>> = {
  articles: { body: '' },
  cards: {},
  replies: { match: {}, answer: { text: '' } },
}

/** The editor of one item, or of a new one. */
export function ContentEditor({ fresh = false }: { fresh?: boolean }) {
  const { kind, slug = '' } = useParams()
  if (!isKind(kind)) return <Nothing />
  return (
    <WithWords words={words}>
      <Needs scope="content:read">
        {fresh ? (
          <Editor key={`new ${kind}`} kind={kind} item={undefined} />
        ) : (
          <Existing key={`${kind} ${slug}`} kind={kind} slug={slug} />
        )}
      </Needs>
    </WithWords>
  )
}

function Existing({ kind, slug }: { kind: Kind; slug: string }) {
  const { t } = useWords()
  const found = useCall('getContent', { params: { kind, slug } })
  if (found.data) return <Editor kind={kind} item={found.data} />
  return (
    <Page title={slug} back={{ to: `/content?tab=${kind}`, title: t(TITLES[kind]) }}>
      {found.problem ? <ProblemAlert problem={found.problem} again={found.again} /> : <Skeleton active />}
    </Page>
  )
}

function Editor({ kind, item: loaded }: { kind: Kind; item: Item | undefined }) {
  const { t, moment } = useWords()
  const may = useMay()('content:write')
  const [slug, setSlug] = useState(() => loaded?.slug ?? suggested(kind))
  const editor = useEditor(kind, slug, loaded, FRESH[kind])
  const { item, draft, conflict, refusal } = editor
  const preview = usePreview(kind, slug, draft.content)
  const readOnly = !may || item?.owner === 'file'
  const Form = FORMS[kind]
  const problems = item?.owner === 'file' ? item.problemList : (preview?.problems ?? item?.problemList ?? [])
  return (
    <Page
      title={item ? item.title || item.slug : t(NEW[kind])}
      back={{ to: `/content?tab=${kind}`, title: t(TITLES[kind]) }}
      help={kind === 'replies' && <LimitHelp of="deliveries" />}
      about={
        <>
          {item && <ItemState item={item} />} {item && <code>{item.slug}</code>}{' '}
          {draft.dirty && <span className="warn">{t('content.unsaved')}</span>}
        </>
      }
      actions={<Actions kind={kind} editor={editor} readOnly={readOnly} />}
    >
      {item?.file !== undefined && <Alert type="info" showIcon title={t('content.file', { file: item.file })} />}
      {!may && item?.file === undefined && <Alert type="info" showIcon title={t('content.may-not')} />}
      {draft.restored && draft.dirty && (
        <Alert
          type="info"
          showIcon
          title={t('content.restored', { at: moment(draft.restored) })}
          action={
            <Button size="small" onClick={editor.discard}>
              {t('content.discard')}
            </Button>
          }
          data-testid="restored"
        />
      )}
      {refusal && <ProblemAlert problem={refusal} />}
      <div className="editor">
        <div className="stack" key={editor.round}>
          {!item && (
            <Field label={t('content.slug')} of="slug" about={t('content.slug.about')} problems={[]}>
              <Input
                value={slug}
                onChange={({ target }) => setSlug(target.value.trim())}
                aria-label={t('content.slug')}
                data-testid="slug"
              />
            </Field>
          )}
          <Form
            slug={slug}
            content={draft.content}
            change={draft.change}
            readOnly={readOnly}
            problems={problems}
            preview={preview}
          />
          {item && item.usedBy.length > 0 && (
            <p className="quiet">
              {t('content.used')}：{item.usedBy.map(({ what, name }) => `${what}/${name}`).join('、')}
            </p>
          )}
        </div>
        <div className="stack">
          <Phone kind={kind} content={draft.content} preview={preview} />
          {kind === 'replies' && <TryBox slug={slug} content={draft.content} />}
        </div>
      </div>
      {conflict && (
        <ConflictDialog
          conflict={{
            mine: asText(draft.content, t),
            theirs: asText(conflict.content, t),
            rev: conflict.rev ?? 0,
            by: conflict.updatedBy,
            at: conflict.updatedAt,
          }}
          busy={editor.busy}
          keepMine={editor.keepMine}
          takeTheirs={editor.takeTheirs}
          close={editor.closeConflict}
        />
      )}
    </Page>
  )
}

/** A name that nobody else is likely to have taken: the day, and a few signs. */
function suggested(kind: Kind): string {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '')
  return `${kind.replace(/ies$/, 'y').replace(/s$/, '')}-${day}-${Math.random().toString(36).slice(2, 5)}`
}
