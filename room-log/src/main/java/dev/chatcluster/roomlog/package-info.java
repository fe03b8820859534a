/**
 * The language that producers, operator and consumer pods share. This room holds only the names of
 * topics, groups and headers; the rooms beside it hold rooms, positions and epochs.
 */
package dev.chatcluster.roomlog;
