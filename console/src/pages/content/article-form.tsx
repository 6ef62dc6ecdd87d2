import { Input, Select } from 'antd'
import { limits } from '../../../../rules/official-account/limits.js'
import { useWords } from '../../words/use-words.js'
import { Field, FieldProblems, signs } from './field.js'
import { MarkdownField } from './markdown-field.js'
import { PictureField } from './picture-field.js'
import { type FormProps, listOf, textOf } from './shapes.js'

/** The fields that stand above the text; every other problem is one of the text. */
const FRONT = ['title', 'digest', 'cover', 'author', 'date', 'tags', 'source', 'slug']

/** An article: what messages show of it, and its text. */
export function ArticleForm({ content, change, readOnly, problems, preview }: FormProps) {
  const { t } = useWords()
  const text = (name: string) => textOf(content[name])
  const put = (name: string) => (event: { target: { value: string } }) => change({ [name]: event.target.value })
  const measured = (name: string, most: number) => ({ now: signs(text(name)), most })
  const ofBody = problems.filter(({ field }) => !FRONT.some((name) => field === name || field.startsWith(`${name}[`)))
  const length = preview?.article
  return (
    <div className="stack">
      <Field
        label={t('article.title')}
        of="title"
        problems={problems}
        length={measured('title', limits.articleTitle.value)}
      >
        <Input
          value={text('title')}
          onChange={put('title')}
          readOnly={readOnly}
          aria-label={t('article.title')}
          data-testid="title"
        />
      </Field>
      <Field
        label={t('article.digest')}
        of="digest"
        about={t('article.digest.about')}
        problems={problems}
        length={measured('digest', limits.articleDigest.value)}
      >
        <Input.TextArea
          value={text('digest')}
          onChange={put('digest')}
          readOnly={readOnly}
          rows={2}
          aria-label={t('article.digest')}
          data-testid="digest"
        />
      </Field>
      <Field label={t('article.cover')} of="cover" about={t('article.cover.about')} problems={problems}>
        <PictureField name={text('cover')} set={(cover) => change({ cover })} use="cover" readOnly={readOnly} />
      </Field>
      <Field label={t('article.body')} of="正文" problems={[]}>
        <MarkdownField value={text('body')} set={(body) => change({ body })} readOnly={readOnly} />
        {length && (
          <div className={length.characters > length.most ? 'bad' : 'quiet'}>
            {t('article.length', { n: length.characters, most: length.most })}
          </div>
        )}
        <FieldProblems
          problems={ofBody.map((problem) => ({
            ...problem,
            message: `${problem.line === undefined ? '' : `${t('content.line', { n: problem.line })} `}${problem.field}：${problem.message}`,
          }))}
        />
      </Field>
      <div className="field-row">
        <Field
          label={t('article.author')}
          of="author"
          problems={problems}
          length={measured('author', limits.articleAuthor.value)}
        >
          <Input value={text('author')} onChange={put('author')} readOnly={readOnly} aria-label={t('article.author')} />
        </Field>
        <Field label={t('article.date')} of="date" problems={problems}>
          <Input
            type="date"
            value={text('date')}
            onChange={put('date')}
            readOnly={readOnly}
            aria-label={t('article.date')}
          />
        </Field>
      </div>
      <Field label={t('article.tags')} of="tags" problems={problems}>
        <Select
          mode="tags"
          open={false}
          suffixIcon={null}
          disabled={readOnly}
          value={listOf(content['tags'])}
          onChange={(tags: string[]) => change({ tags })}
          placeholder={t('reply.enter')}
          aria-label={t('article.tags')}
        />
      </Field>
      <Field label={t('article.source')} of="source" problems={problems}>
        <Input
          value={text('source')}
          onChange={put('source')}
          readOnly={readOnly}
          placeholder="https://"
          aria-label={t('article.source')}
        />
      </Field>
    </div>
  )
}
