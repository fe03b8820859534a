/**
 * What is found while reconciling, and how it becomes the status that people and programs read.
 * Pure: the same findings at the same time give the same status.
 */
package dev.chatcluster.operator.status;
