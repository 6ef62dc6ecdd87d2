import type { Plugin } from '../../core/composer.js'
import type { Context } from '../../core/context.js'
import { toMessage } from '../../core/message.js'
import type { PlatformName } from '../../core/update.js'
import { replyMessage, type SceneReply } from './scene.js'
import type { Scenes } from './scenes.js'

/** What the plugin needs. */
export interface ScenesPluginPorts {
  scenes: Pick<Scenes, 'find' | 'touch' | 'lastFollow'>
  /** Our id of somebody we have met; nobody is made for it. */
  findContact(person: { platform: PlatformName; account: string; externalId: string }): Promise<string | undefined>
}

/**
 * What channel codes do by themselves, installed before the operator's handlers: who comes by a code is counted and
 * gets its tags. The handlers then run as ever, so their tags and sends happen too; only the reply is the code's own
 * where it has one. A code that nobody made here, or one without a reply, leaves the reply to the handlers.
 */
export function scenesPlugin({ scenes, findContact }: ScenesPluginPorts): Plugin {
  return function channelCodes(bot) {
    bot.scene(/^/, async (ctx, next) => {
      const { id, account, at, scene: code } = ctx.update
      const contact = await ctx.contact.id()
      const how = ctx.update.kind === 'event.subscribe' ? 'follow' : 'scan'
      await scenes.touch({ update: id, account, scene: code, contact, how, at })
      const scene = await scenes.find(account, code)
      if (scene && scene.tags.length > 0) await ctx.contact.tag(...scene.tags)
      const theirs = await next()
      return scene?.reply && hasContent(ctx, scene.reply) ? replyMessage(scene.reply) : toMessage(theirs)
    })

    bot.on('event.unsubscribe', async (ctx, next) => {
      const { id, platform, account, from, at } = ctx.update
      const contact = await findContact({ platform, account, externalId: from })
      const scene = contact && (await scenes.lastFollow(account, contact))
      if (contact !== undefined && scene !== undefined)
        await scenes.touch({ update: id, account, scene, contact, how: 'leave', at })
      await next()
    })
  }
}

/** An article or card that has left `content/` since must not cost the follower a greeting. */
function hasContent(ctx: Pick<Context, 'content' | 'log'>, reply: SceneReply): boolean {
  if ('text' in reply) return true
  const there = 'article' in reply ? ctx.content.hasArticle(reply.article) : ctx.content.hasCard(reply.card)
  if (!there) ctx.log.error({ ...reply }, 'reply of a channel code is not in content, handlers reply')
  return there
}
