/**
 * The objects of the Kubernetes API stand-in: where they are kept, their kinds, and the rules of
 * writing and deleting them. Knows no HTTP.
 */
package dev.chatcluster.quickstart.objects;
