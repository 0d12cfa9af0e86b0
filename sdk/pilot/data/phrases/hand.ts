/**
 * Ways to use the gripper and the arm.
 * gives  groups for ./index; naming a thing to hold closes the gripper, letting it go opens it
 */
import { define } from '../template.js'
import { fixed } from './phrase.js'

define({
  claw: '(gripper*6|claw*4|hand*3|grip*2|grabber*2|pincer|pincers|fingers|claws|jaws|clamp|hands|grippers|jaw)',
  your: '(the*5|your*5|)',
  thing:
    '(the*6|that*3|this*2|a|my|your) ({adjective} |)(ball*3|box*3|cup*3|bottle*3|block*2|toy*2|book*2|pen|can|cube|mug|key|keys|apple|banana|spoon|sock|shoe|bag|package|parcel|remote|phone|brick|stick|duck|bear|car toy|paper|ring|marker|battery|screw|coin|card|hat|towel|glass|plate|letter|stone|object|item|thing|tool|lego brick|pencil|envelope|sponge|rope|dice|egg|bowl|carrot|orange|teddy)',
  adjective:
    '(red*3|blue*2|green*2|yellow|black|white|small*2|big*2|little|large|heavy|wooden|round|old|empty|tiny|soft)',
  limb: '(arm*8|robot arm*2|robotic arm|manipulator|mechanical arm)',
})

const put = '<put*3|move*3|bring*2|take|set|get>'

export const hand = [
  fixed('grip/open', 4, { skill: 'grip', state: 'open' }, [
    '!<open*5|open up*2|unclench|release|loosen|undo|unclamp|spread> {your} {claw}',
    '<open> {your} {claw} (up|wide|all the way|fully|completely)',
    '<open> up (your|the) {claw}',
    '<let> {your} {claw} open',
    '!<let> go',
    '<let> go of (it*3|that*2|{thing}*3|what you are holding|whatever you are holding|them|the object)',
    '<let> {thing} go',
    '!<drop*4|release*4> (it*3|{thing}*5|that|what you are holding|whatever you hold|them|your load|the object)',
    '<release> (your grip|your hold|the grip)',
    '<release> (your grip|your hold) on {thing}',
    '<loosen|relax> (your|the) (grip|hold|grasp)',
    '<set> the {claw} to open',
    '<make> (the|your) {claw} open',
    '!(gripper|claw|hand|grabber) open',
    '(open|release) (gripper|claw)',
    '<drop> what (is|you have) in your (hand|gripper|claw)',
    '<set|let> {thing} free',
    '<ungrip|unhand> {thing}',
    '<give up> {thing}',
  ]),
  fixed('grip/close', 4, { skill: 'grip', state: 'close' }, [
    '!<close*5|shut*3|clench*2|close up|tighten|squeeze|clamp> {your} {claw}',
    '<close|shut> {your} {claw} (tight|tightly|all the way|fully|completely|firmly)',
    '<close|tighten> {your} {claw} (around|on|over) {thing}',
    '!<grab*5|grasp*3|grip*2|take*3|pick up*5|seize|clutch|clasp|catch|snatch|hold*2|get hold of|take hold of|grab hold of|lift up|fetch hold of> (it*2|{thing}*6|that)',
    '!<pick> {thing} up',
    '<pick> it up',
    '<grab|take|pick up|grasp> {thing} (with|in|using) your {claw}',
    '<take|grab> {thing} in your {claw}',
    '<grab|hold> on to {thing}',
    '<hold> {thing} (tight|tightly|firmly)',
    '<grab|pick up|take> the (object|thing|item) in front of you',
    '<set> the {claw} to (close|closed)',
    '<make> (the|your) {claw} close',
    '!(gripper|claw|hand|grabber) (closed|close|shut)',
    'close (gripper|claw)',
    '<get> a (grip|hold) (of|on) {thing}',
    '<collect|gather up|pinch> {thing}',
  ]),
  fixed('arm/up', 3, { skill: 'arm', pose: 'up' }, [
    '<raise*5|lift*5|hoist|elevate|lift up*2|raise up> {your} {limb}',
    `${put} {your} {limb} (up*5|upward|upwards|high|up high|into the up position|to the up position|up in the air|into the air)`,
    '<raise|lift> {your} {limb} (up|high|upwards|into the air|all the way|all the way up|to the top)',
    '<hold|stretch|point> {your} {limb} (up|up high|upwards)',
    '<lift|raise> up {your} {limb}',
    '<set> {your} {limb} to up',
    '<get> {your} {limb} (raised|lifted)',
    '{limb} (up|upwards|high)',
    '(raise|lift) arm',
    '^<swing|push> {your} {limb} (up|upwards)',
    '<let> {your} {limb} go up',
    '<make> {your} {limb} go up',
  ]),
  fixed('arm/down', 3, { skill: 'arm', pose: 'down' }, [
    '!<lower*7|drop*2|sink|bring down|put down*2|let down> {your} {limb}',
    `${put} {your} {limb} (down*5|downward|downwards|low|down low|into the down position|to the down position|to the floor|to the ground)`,
    '<lower> {your} {limb} (down|all the way|all the way down|to the floor|to the ground|fully|again)',
    '<hold|stretch|point> {your} {limb} (down|downwards)',
    '<lower|put|bring> down {your} {limb}',
    '<set> {your} {limb} to down',
    '{limb} (down|downwards|low)',
    'lower arm',
    '<let> {your} {limb} (down|go down|sink)',
    '<make> {your} {limb} go down',
  ]),
  fixed('arm/home', 3, { skill: 'arm', pose: 'home' }, [
    '<home|park|stow*2|tuck|tuck away|fold|fold away|put away*2|retract|stow away|reset|rest> {your} {limb}',
    `${put} {your} {limb} (home*3|back home|in the home position|to its home position|to home|in its home position|to the home pose|into the home position)`,
    '<put|fold|tuck|stow> {your} {limb} (away|in|back in|back)',
    '!<send|return|move|bring|take> {your} {limb} (home*3|to home|to the home position|to its home position|back home|to its resting position|to its rest position|to its starting position)',
    '<put|move> {your} {limb} (in|into|to) (rest|the rest position|its rest position|its resting place|the starting position|the neutral position|the parking position)',
    '<home> the {limb} now',
    '<set> {your} {limb} to home',
    '{limb} (home|to home|to the home position|back home|in home position|in rest position)',
    'home (the |your |)arm',
    '<reset> {your} {limb} to (home|its home position|the home position)',
    '<let> {your} {limb} go home',
  ]),
]
