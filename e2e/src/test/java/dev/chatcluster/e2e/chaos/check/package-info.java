/**
 * Judges what clients saw of rooms, knowing nothing of how it came about: only what was sent, what
 * was acknowledged, and what arrived when. Pure.
 */
package dev.chatcluster.e2e.chaos.check;
